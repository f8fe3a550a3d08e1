#pragma once

#include <map>
#include <string>
#include <string_view>

#include "signing/x509/certificate.h"

namespace lade::signing {

/// A name of X.500 whose every attribute occurs once: "C", "ST", "O", "CN"… and what they are.
/// Types of attributes are in upper case, and "S" is "ST".
class DistinguishedName {
 public:
  static constexpr std::size_t size_limit_bytes = 4096;

  /// RFC 4514, with blanks around the commas. `invalid`, naming `what`, for bad syntax, an
  /// attribute twice or several in one component.
  static DistinguishedName parse(std::string_view text, std::string_view what);
  /// Whom a certificate names. `unsupported` for a name that has an attribute twice.
  static DistinguishedName subject_of(const Certificate& certificate);

  /// Every attribute of this one is that of the other, letter by letter.
  bool is_within(const DistinguishedName& other) const;
  bool has(const std::string& type) const { return attributes_.contains(type); }
  /// "C=US, O=Example", sorted by type, for messages.
  std::string str() const;

  bool operator==(const DistinguishedName&) const = default;

 private:
  std::map<std::string, std::string> attributes_;
};

}  // namespace lade::signing
