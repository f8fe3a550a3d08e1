#include "signing/x509/identity.h"

#include <openssl/x509v3.h>

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/keys/openssl.h"

namespace lade::signing {
namespace {

constexpr std::string_view user_name_oid = "1.3.6.1.4.1.57264.1.7";
/// A certificate with more names is not made; each is compared.
constexpr int names_limit = 64;

struct FulcioExtension {
  const char* oid;
  const char* name;
  bool is_raw;  ///< the bytes themselves are the text; the newer ones are a DER UTF8String
};

constexpr FulcioExtension fulcio_extensions[] = {
    {"1.3.6.1.4.1.57264.1.1", "issuer", true},
    {"1.3.6.1.4.1.57264.1.2", "githubWorkflowTrigger", true},
    {"1.3.6.1.4.1.57264.1.3", "githubWorkflowSHA", true},
    {"1.3.6.1.4.1.57264.1.4", "githubWorkflowName", true},
    {"1.3.6.1.4.1.57264.1.5", "githubWorkflowRepository", true},
    {"1.3.6.1.4.1.57264.1.6", "githubWorkflowRef", true},
    {"1.3.6.1.4.1.57264.1.8", "issuer", false},
    {"1.3.6.1.4.1.57264.1.9", "buildSignerURI", false},
    {"1.3.6.1.4.1.57264.1.10", "buildSignerDigest", false},
    {"1.3.6.1.4.1.57264.1.11", "runnerEnvironment", false},
    {"1.3.6.1.4.1.57264.1.12", "sourceRepositoryURI", false},
    {"1.3.6.1.4.1.57264.1.13", "sourceRepositoryDigest", false},
    {"1.3.6.1.4.1.57264.1.14", "sourceRepositoryRef", false},
    {"1.3.6.1.4.1.57264.1.15", "sourceRepositoryIdentifier", false},
    {"1.3.6.1.4.1.57264.1.16", "sourceRepositoryOwnerURI", false},
    {"1.3.6.1.4.1.57264.1.17", "sourceRepositoryOwnerIdentifier", false},
    {"1.3.6.1.4.1.57264.1.18", "buildConfigURI", false},
    {"1.3.6.1.4.1.57264.1.19", "buildConfigDigest", false},
    {"1.3.6.1.4.1.57264.1.20", "buildTrigger", false},
    {"1.3.6.1.4.1.57264.1.21", "runInvocationURI", false},
    {"1.3.6.1.4.1.57264.1.22", "sourceRepositoryVisibilityAtSigning", false},
    {"1.3.6.1.4.1.57264.1.23", "deploymentEnvironment", false},
};

std::string text_of(const ASN1_STRING* text, std::string_view what) {
  std::string value(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                    static_cast<std::size_t>(ASN1_STRING_length(text)));
  // a name with a NUL in it is one thing to us and another to who reads C strings
  if (value.find('\0') != std::string::npos) {
    fail(ErrorKind::invalid, "{} of a certificate holds a NUL", what);
  }
  return value;
}

std::string utf8_of(std::string_view der, std::string_view what) {
  const unsigned char* at = octets(der);
  const std::unique_ptr<ASN1_UTF8STRING, Freeing<ASN1_UTF8STRING_free>> text(
      d2i_ASN1_UTF8STRING(nullptr, &at, static_cast<long>(der.size())));
  if (!text || at != octets(der) + der.size()) {
    take_openssl_reasons();
    fail(ErrorKind::invalid, "{} of a certificate is no UTF-8 string", what);
  }
  return text_of(text.get(), what);
}

void add_other_name(const OTHERNAME& other, std::vector<SubjectName>& names) {
  std::array<char, 128> oid{};
  OBJ_obj2txt(oid.data(), oid.size(), other.type_id, 1);
  if (user_name_oid != oid.data() || other.value == nullptr ||
      other.value->type != V_ASN1_UTF8STRING) {
    return;
  }
  names.push_back({.kind = SubjectName::Kind::other,
                   .value = text_of(other.value->value.utf8string, "the user name")});
}

void add_name(const GENERAL_NAME& name, std::vector<SubjectName>& names) {
  switch (name.type) {
    case GEN_EMAIL:
      names.push_back({.kind = SubjectName::Kind::email,
                       .value = text_of(name.d.rfc822Name, "an email address")});
      break;
    case GEN_URI:
      names.push_back({.kind = SubjectName::Kind::uri,
                       .value = text_of(name.d.uniformResourceIdentifier, "a URI")});
      break;
    case GEN_DNS:
      names.push_back(
          {.kind = SubjectName::Kind::dns, .value = text_of(name.d.dNSName, "a DNS name")});
      break;
    case GEN_OTHERNAME:
      add_other_name(*name.d.otherName, names);
      break;
    default:
      break;
  }
}

std::vector<SubjectName> names_of(const Certificate& certificate) {
  int critical = 0;
  const std::unique_ptr<GENERAL_NAMES, Freeing<GENERAL_NAMES_free>> found(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate.handle(), NID_subject_alt_name, &critical, nullptr)));
  if (!found) {
    take_openssl_reasons();
    if (critical == -1) return {};
    fail(ErrorKind::invalid, "the names of a certificate cannot be read{}",
         critical == -2 ? ": there are two lists of them" : "");
  }
  if (sk_GENERAL_NAME_num(found.get()) > names_limit) {
    fail(ErrorKind::invalid, "a certificate for {} names is not looked at",
         sk_GENERAL_NAME_num(found.get()));
  }
  std::vector<SubjectName> names;
  for (int i = 0; i < sk_GENERAL_NAME_num(found.get()); ++i) {
    add_name(*sk_GENERAL_NAME_value(found.get(), i), names);
  }
  return names;
}

}  // namespace

std::string_view to_string(SubjectName::Kind kind) {
  switch (kind) {
    case SubjectName::Kind::email:
      return "email";
    case SubjectName::Kind::uri:
      return "URI";
    case SubjectName::Kind::dns:
      return "DNS";
    case SubjectName::Kind::other:
      return "user name";
  }
  return "unknown";
}

bool CertificateIdentity::has_name(std::string_view value) const {
  return std::any_of(names.begin(), names.end(),
                     [&](const SubjectName& name) { return name.value == value; });
}

std::string CertificateIdentity::str() const {
  std::vector<std::string> values;
  for (const SubjectName& name : names) values.push_back(printable(name.value));
  return values.empty() ? "nobody" : join(values, ", ");
}

std::vector<std::string_view> fulcio_extension_names() {
  std::vector<std::string_view> names;
  for (const FulcioExtension& known : fulcio_extensions) {
    if (std::string_view(known.name) != "issuer") names.emplace_back(known.name);
  }
  return names;
}

CertificateIdentity identity_of(const Certificate& certificate) {
  CertificateIdentity identity{.names = names_of(certificate)};
  for (const FulcioExtension& known : fulcio_extensions) {
    const auto value = certificate.find_extension(known.oid);
    if (!value) continue;
    const std::string what = fmt::format("the extension {} ({})", known.name, known.oid);
    if (known.is_raw && value->find('\0') != std::string::npos) {
      fail(ErrorKind::invalid, "{} of a certificate holds a NUL", what);
    }
    // the newer issuer comes later in the table and is the one that counts
    std::string text = known.is_raw ? *value : utf8_of(*value, what);
    if (std::string_view(known.name) == "issuer") {
      identity.issuer = std::move(text);
    } else {
      identity.extensions[known.name] = std::move(text);
    }
  }
  return identity;
}

}  // namespace lade::signing
