#include "signing/notation/distinguished_name.h"

#include <openssl/x509.h>

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/keys/openssl.h"

namespace lade::signing {
namespace {

/// What may stand behind a backslash for itself (RFC 4514, 2.4).
constexpr std::string_view escapable = "\"+,;<>\\ #=";
/// What never stands for itself without one.
constexpr std::string_view special = "\"+,;<>";

std::string upper(std::string_view text) {
  std::string made(text);
  for (char& c : made) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return made == "S" ? "ST" : made;
}

bool is_type(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
  return !text.empty() && plain;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view what) : rest_(text), all_(text), what_(what) {}

  bool at_end() const { return rest_.empty(); }

  std::string type() {
    const std::size_t equals = rest_.find('=');
    const std::string_view name = trim(rest_.substr(0, equals));
    if (equals == std::string_view::npos || !is_type(name)) refuse("wanted TYPE=VALUE");
    rest_.remove_prefix(equals + 1);
    return upper(name);
  }

  /// Up to a comma, which is taken with it, or the end.
  std::string value() {
    skip_blanks();
    if (rest_.starts_with('#')) refuse("values in hexadecimal are not taken");
    std::string made;
    std::size_t kept = 0;  // blanks at the end count only behind a backslash
    while (!rest_.empty() && rest_.front() != ',') {
      const char c = rest_.front();
      if (c == '\\') {
        made += escaped();
        kept = made.size();
        continue;
      }
      if (c == '+') refuse("several attributes in one component are not taken");
      if (special.find(c) != std::string_view::npos || c == '\0') {
        refuse("there is a character that wants a backslash before it");
      }
      made += c;
      rest_.remove_prefix(1);
      if (c != ' ') kept = made.size();
    }
    made.resize(kept);
    if (made.empty()) refuse("a value is empty");
    if (!rest_.empty()) {
      rest_.remove_prefix(1);
      if (trim(rest_).empty()) refuse("nothing follows the last comma");
    }
    return made;
  }

  [[noreturn]] void refuse(std::string_view why) const {
    fail(ErrorKind::invalid, "{}: the name \"{}\" cannot be read: {}", what_, printable(all_), why);
  }

 private:
  void skip_blanks() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  char escaped() {
    rest_.remove_prefix(1);
    if (!rest_.empty() && escapable.find(rest_.front()) != std::string_view::npos) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      return c;
    }
    const auto byte = from_hex(rest_.substr(0, 2));
    if (!byte || byte->size() != 1) refuse("a backslash stands before nothing that needs it");
    rest_.remove_prefix(2);
    return static_cast<char>(byte->front());
  }

  std::string_view rest_;
  std::string_view all_;
  std::string_view what_;
};

std::string type_of(const X509_NAME_ENTRY* entry) {
  const ASN1_OBJECT* object = X509_NAME_ENTRY_get_object(entry);
  const int nid = OBJ_obj2nid(object);
  if (nid != NID_undef) return upper(OBJ_nid2sn(nid));
  std::array<char, 128> oid{};
  OBJ_obj2txt(oid.data(), oid.size(), object, 1);
  return oid.data();
}

std::string value_of(const X509_NAME_ENTRY* entry) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry));
  if (size < 0) {
    take_openssl_reasons();
    fail(ErrorKind::invalid, "a name has a value that is no text");
  }
  std::string value(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return value;
}

}  // namespace

DistinguishedName DistinguishedName::parse(std::string_view text, std::string_view what) {
  Reader reader(text, what);
  if (text.size() > size_limit_bytes) reader.refuse("it is too long");
  DistinguishedName name;
  do {
    std::string type = reader.type();
    std::string value = reader.value();
    if (name.attributes_.contains(type)) reader.refuse(type + " is there twice");
    name.attributes_.emplace(std::move(type), std::move(value));
  } while (!reader.at_end());
  return name;
}

DistinguishedName DistinguishedName::subject_of(const Certificate& certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate.handle());
  DistinguishedName name;
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(subject, i);
    std::string type = type_of(entry);
    if (!name.attributes_.emplace(type, value_of(entry)).second) {
      fail(ErrorKind::unsupported, "the certificate {} has a name with several {}",
           certificate.name(), type);
    }
  }
  return name;
}

bool DistinguishedName::is_within(const DistinguishedName& other) const {
  return std::all_of(attributes_.begin(), attributes_.end(), [&](const auto& attribute) {
    const auto found = other.attributes_.find(attribute.first);
    return found != other.attributes_.end() && found->second == attribute.second;
  });
}

std::string DistinguishedName::str() const {
  std::vector<std::string> parts;
  for (const auto& [type, value] : attributes_) parts.push_back(type + "=" + printable(value));
  return join(parts, ", ");
}

}  // namespace lade::signing
