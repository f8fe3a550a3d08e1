#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "signing/x509/certificate.h"

namespace lade::signing {

/// A name that a certificate was issued for (RFC 5280, 4.2.1.6).
struct SubjectName {
  enum class Kind : unsigned char { email, uri, dns, other };

  Kind kind = Kind::email;
  std::string value;  ///< `other`: Fulcio's user name (1.3.6.1.4.1.57264.1.7)

  bool operator==(const SubjectName&) const = default;
};

/// "email", "URI", "DNS", "user name".
std::string_view to_string(SubjectName::Kind kind);

/// Whom a certificate names.
struct CertificateIdentity {
  std::vector<SubjectName> names{};
  /// Who vouched for the names to Fulcio: the OIDC issuer; empty in certificates of others.
  std::string issuer{};
  /// What Fulcio says of the workflow that signed, by the names of its document
  /// (fulcio/docs/oid-info.md): "buildSignerURI", "sourceRepositoryURI", "buildTrigger"…
  std::map<std::string, std::string> extensions{};

  bool has_name(std::string_view value) const;
  /// All names, for messages.
  std::string str() const;
};

/// The names that `extensions` may have.
std::vector<std::string_view> fulcio_extension_names();

/// `invalid` names an extension that cannot be read, or that holds a NUL.
CertificateIdentity identity_of(const Certificate& certificate);

}  // namespace lade::signing
