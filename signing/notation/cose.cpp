#include "signing/notation/cose.h"

#include <array>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/notation/cbor_reader.h"
#include "signing/notation/notary_attributes.h"

namespace lade::signing {
namespace {

using Type = CborReader::Type;

constexpr std::uint64_t sign1_tag = 18;
constexpr std::uint64_t epoch_tag = 1;  ///< seconds since 1970 (RFC 8949, 3.4.2)
constexpr std::size_t members_limit = 64;

/// Labels that numbers stand for (RFC 9052, 3.1; RFC 9360, 2; draft-ietf-cose-hash-envelope).
constexpr std::string_view algorithm_label = "1";
constexpr std::string_view critical_label = "2";
constexpr std::string_view content_type_label = "3";
constexpr std::string_view chain_label = "33";
constexpr std::string_view payload_hash_label = "258";

/// Numbers are labels as they are written down: no text label of a signature is a number.
std::string label(CborReader& reader) {
  if (reader.peek() != Type::text) return std::to_string(reader.integer());
  std::string text(reader.text());
  if (!text.empty() && text.find_first_not_of("-0123456789") == std::string::npos) {
    reader.refuse("a text that is a number is a label");
  }
  return text;
}

NotaryAlgorithm algorithm_of(std::int64_t number, std::string_view what) {
  struct Row {
    std::int64_t number;
    NotaryAlgorithm algorithm;
  };
  constexpr std::array<Row, 6> rows = {{{-37, NotaryAlgorithm::ps256},
                                        {-38, NotaryAlgorithm::ps384},
                                        {-39, NotaryAlgorithm::ps512},
                                        {-7, NotaryAlgorithm::es256},
                                        {-35, NotaryAlgorithm::es384},
                                        {-36, NotaryAlgorithm::es512}}};
  for (const Row& row : rows) {
    if (row.number == number) return row.algorithm;
  }
  fail(ErrorKind::unsupported, "{}: the algorithm {} is none of Notary Project signatures", what,
       number);
}

Timestamp time_of_epoch(CborReader& reader) {
  if (reader.tag() != epoch_tag) reader.refuse("a time is not seconds since 1970");
  return {.seconds = reader.integer()};
}

/// Reads one header, and of its members those that this has a place for.
class HeaderReader {
 public:
  HeaderReader(NotarySignature& signature, std::string_view what)
      : signature_(signature), what_(what) {}

  void read(std::string_view header, bool is_protected) {
    CborReader reader(header, what_);
    read(reader, is_protected);
    reader.require_end();
  }

  void read(CborReader& reader, bool is_protected) {
    const std::uint64_t count = reader.map();
    if (count > members_limit) reader.refuse("a header has too many members");
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string name = label(reader);
      // one label in both headers is refused, too (RFC 9052, 3)
      if (!seen_.insert(name).second) reader.refuse("a label is there twice: " + printable(name));
      const bool known =
          is_protected ? take_protected(name, reader) : take_unprotected(name, reader);
      if (!known) reader.skip();
    }
  }

  const NotaryAttributes& attributes() const { return attributes_; }
  bool has_algorithm() const { return has_algorithm_; }

 private:
  bool take_protected(std::string_view name, CborReader& reader) {
    if (name == algorithm_label) {
      signature_.algorithm = algorithm_of(reader.integer(), what_);
      has_algorithm_ = true;
    } else if (name == critical_label) {
      take_critical(reader);
    } else if (name == content_type_label) {
      attributes_.content_type = reader.text();
    } else if (name == payload_hash_label) {
      fail(ErrorKind::unsupported, "{} is a COSE hash envelope, which is no signature of an image",
           what_);
    } else if (name == notary_attribute::scheme) {
      attributes_.scheme = reader.text();
    } else if (name == notary_attribute::signing_time) {
      attributes_.signing_time = time_of_epoch(reader);
    } else if (name == notary_attribute::authentic_time) {
      attributes_.authentic_time = time_of_epoch(reader);
    } else if (name == notary_attribute::expiry) {
      attributes_.expiry = time_of_epoch(reader);
    } else if (name == chain_label) {
      take_chain(reader);
    } else {
      attributes_.wants_plugin |=
          name == notary_attribute::plugin || name == notary_attribute::plugin_version;
      return false;
    }
    return true;
  }

  bool take_unprotected(std::string_view name, CborReader& reader) {
    if (name == chain_label) {
      take_chain(reader);
    } else if (name == notary_attribute::timestamp) {
      signature_.timestamp_token = reader.bytes();
    } else if (name == notary_attribute::agent) {
      signature_.signing_agent = reader.text();
    } else {
      return false;
    }
    return true;
  }

  void take_critical(CborReader& reader) {
    const std::uint64_t count = reader.array();
    if (count > members_limit) reader.refuse("too much is critical");
    for (std::uint64_t i = 0; i < count; ++i) attributes_.critical.push_back(label(reader));
  }

  /// One certificate is no array (RFC 9360, 2).
  void take_chain(CborReader& reader) {
    const std::uint64_t count = reader.peek() == Type::bytes ? 1 : reader.array();
    if (count == 0 || count > NotarySignature::certificates_limit) {
      fail(ErrorKind::invalid, "{} holds {} certificates; wanted 1 to {}", what_, count,
           NotarySignature::certificates_limit);
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      signature_.certificates.push_back(Certificate::parse_der(reader.bytes(), what_));
    }
  }

  NotarySignature& signature_;
  std::string_view what_;
  NotaryAttributes attributes_;
  std::set<std::string> seen_;
  bool has_algorithm_ = false;
};

}  // namespace

std::string cose_signed_bytes(std::string_view protected_header, std::string_view payload) {
  constexpr std::string_view context = "Signature1";
  constexpr std::uint64_t members = 4;
  std::string bytes = cbor_head(Type::array, members);
  bytes.append(cbor_head(Type::text, context.size())).append(context);
  bytes.append(cbor_head(Type::bytes, protected_header.size())).append(protected_header);
  bytes.append(cbor_head(Type::bytes, 0));
  return bytes.append(cbor_head(Type::bytes, payload.size())).append(payload);
}

NotarySignature parse_cose(std::string_view bytes, std::string_view what) {
  if (bytes.size() > NotarySignature::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, more than {}", what, bytes.size(),
         NotarySignature::size_limit_bytes);
  }
  CborReader reader(bytes, what);
  if (reader.tag() != sign1_tag) reader.refuse("it is no tagged COSE_Sign1");
  if (reader.array() != 4) reader.refuse("a COSE_Sign1 has four members");
  NotarySignature signature;
  HeaderReader headers(signature, what);
  const std::string_view protected_header = reader.bytes();
  headers.read(protected_header, true);
  headers.read(reader, false);
  const std::string_view payload = reader.bytes();
  signature.payload = payload;
  signature.signature = reader.bytes();
  reader.require_end();
  signature.signed_bytes = cose_signed_bytes(protected_header, payload);
  if (!headers.has_algorithm()) fail(ErrorKind::invalid, "{} names no algorithm", what);
  if (signature.certificates.empty()) fail(ErrorKind::invalid, "{} holds no certificate", what);
  take_attributes(signature, headers.attributes(), what);
  return signature;
}

}  // namespace lade::signing
