#include "signing/sigstore/trusted_root.h"

#include <openssl/evp.h>

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/keys/openssl.h"
#include "signing/sigstore/proto_json.h"

namespace lade::signing {
namespace {

constexpr std::size_t instances_limit = 128;
constexpr std::size_t chain_limit = 10;
constexpr std::size_t log_id_size_bytes = 32;

Authority parse_authority(const Json& json, std::string_view what) {
  Authority authority{.uri = find_string(json, "uri", what).value_or(""),
                      .valid_for = find_range(json, "validFor", what)};
  const Json& chain = get_object(json, "certChain", what);
  const Json* certificates = find_bounded_array(chain, "certificates", chain_limit, what);
  if (certificates == nullptr || certificates->empty()) {
    fail(ErrorKind::invalid, "{} has an authority without certificates", what);
  }
  for (const Json& one : *certificates) {
    authority.chain.push_back(Certificate::parse_der(get_bytes(one, "rawBytes", what), what));
  }
  return authority;
}

PublicKey parse_pkcs1(std::string_view der, std::string_view what) {
  const unsigned char* at = octets(der);
  const EvpKey key(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
  if (!key) fail(ErrorKind::invalid, "{} is no RSA key: {}", what, take_openssl_reasons());
  return PublicKey::of(key.get(), what);
}

/// How signatures of a key are made, by what protobuf-specs calls it (PublicKeyDetails).
SignatureScheme scheme_of(std::string_view details, const PublicKey& key) {
  SignatureScheme scheme = key.default_scheme();
  if (details.find("PSS") != std::string_view::npos) scheme.form = SignatureScheme::Form::pss;
  if (details == "PKIX_ED25519_PH") scheme.form = SignatureScheme::Form::prehashed;
  if (details.ends_with("SHA_256")) scheme.hash = MessageHash::sha256;
  if (details.ends_with("SHA_384")) scheme.hash = MessageHash::sha384;
  if (details.ends_with("SHA_512")) scheme.hash = MessageHash::sha512;
  return scheme;
}

struct LogInstance {
  PublicKey key;
  SignatureScheme scheme;
  std::string log_id;
};

/// `unsupported` for a key that Lade does not know.
LogInstance parse_instance(const Json& json, std::string_view what) {
  const Json& member = get_object(json, "publicKey", what);
  const std::string der = get_bytes(member, "rawBytes", what);
  const std::string details = find_string(member, "keyDetails", what).value_or("");
  const PublicKey key =
      details.starts_with("PKCS1_") ? parse_pkcs1(der, what) : PublicKey::parse_der(der, what);
  const Json* id = find_object(json, "logId", what);
  std::string log_id =
      id != nullptr ? get_bytes(*id, "keyId", what) : hash_bytes(MessageHash::sha256, der);
  if (log_id.size() != log_id_size_bytes) {
    fail(ErrorKind::invalid, "{}: a log's id has {} bytes; wanted {}", what, log_id.size(),
         log_id_size_bytes);
  }
  return {.key = key, .scheme = scheme_of(details, key), .log_id = std::move(log_id)};
}

template <class Add>
void for_each_log(const Json& json, std::string_view list, TrustedRoot& root, std::string_view what,
                  const Add& add) {
  const Json* logs = find_bounded_array(json, list, instances_limit, what);
  for (std::size_t i = 0; logs != nullptr && i < logs->size(); ++i) {
    const Json& log = (*logs)[i];
    const std::string url = find_string(log, "baseUrl", what).value_or("");
    const TimeRange range = find_range(get_object(log, "publicKey", what), "validFor", what);
    try {
      add(url, range, parse_instance(log, what));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unsupported) throw;
      root.unusable.push_back(fmt::format("{}: {}", url, error.message()));
    }
  }
}

std::vector<Authority> parse_authorities(const Json& json, std::string_view list,
                                         std::string_view what) {
  std::vector<Authority> authorities;
  const Json* found = find_bounded_array(json, list, instances_limit, what);
  for (std::size_t i = 0; found != nullptr && i < found->size(); ++i) {
    authorities.push_back(parse_authority((*found)[i], what));
  }
  return authorities;
}

}  // namespace

std::string TransparencyLog::name() const {
  return base_url.empty() ? to_hex(std::as_bytes(std::span(log_id))) : base_url;
}

const TransparencyLog* TrustedRoot::find_log(std::string_view log_id) const {
  const auto found = std::find_if(logs.begin(), logs.end(),
                                  [&](const TransparencyLog& log) { return log.log_id == log_id; });
  return found == logs.end() ? nullptr : &*found;
}

TrustedRoot parse_trusted_root(std::string_view bytes, std::string_view what) {
  if (bytes.size() > TrustedRoot::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; trusted roots of more than {} are not read", what,
         bytes.size(), TrustedRoot::size_limit_bytes);
  }
  const Json json = parse_json(bytes, what);
  const std::string type = get_string(json, "mediaType", what);
  if (type != "application/vnd.dev.sigstore.trustedroot+json;version=0.1" &&
      type != "application/vnd.dev.sigstore.trustedroot+json;version=0.2" &&
      type != "application/vnd.dev.sigstore.trustedroot.v0.1+json" &&
      type != "application/vnd.dev.sigstore.trustedroot.v0.2+json") {
    fail(ErrorKind::unsupported, "{} is of the type \"{}\"; wanted a trusted root 0.1 or 0.2", what,
         printable(type));
  }
  TrustedRoot root{
      .certificate_authorities = parse_authorities(json, "certificateAuthorities", what),
      .timestamp_authorities = parse_authorities(json, "timestampAuthorities", what)};
  for_each_log(json, "tlogs", root, what,
               [&](const std::string& url, const TimeRange& range, LogInstance made) {
                 root.logs.push_back({.base_url = url,
                                      .key = std::move(made.key),
                                      .scheme = made.scheme,
                                      .log_id = std::move(made.log_id),
                                      .valid_for = range});
               });
  for_each_log(json, "ctlogs", root, what,
               [&](const std::string& url, const TimeRange& range, LogInstance made) {
                 root.ct_logs.push_back({.uri = url,
                                         .key = std::move(made.key),
                                         .log_id = std::move(made.log_id),
                                         .valid_for = range});
               });
  return root;
}

}  // namespace lade::signing
