#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/secret.h"

namespace lade::signing {

/// Which key of which token: a PKCS#11 URI (RFC 7512). What is not named is not looked at.
struct TokenUri {
  // the token
  std::optional<std::string> token{};  ///< its label
  std::optional<std::string> manufacturer{};
  std::optional<std::string> model{};
  std::optional<std::string> serial{};
  std::optional<unsigned long> slot_id{};
  // the key on it
  std::optional<std::string> object{};  ///< its label
  std::optional<std::string> id{};      ///< CKA_ID, as bytes
  // how to get there
  std::optional<std::string> module_path{};
  std::optional<Secret> pin{};              ///< pin-value
  std::optional<std::string> pin_source{};  ///< a file

  static bool is_one(std::string_view text) { return text.starts_with("pkcs11:"); }
  /// `invalid` for bad syntax, an attribute twice or none that names a key; `unsupported` for
  /// attributes that Lade cannot heed, since the RFC (2.4) forbids to pass over them.
  static TokenUri parse(std::string_view text);

  /// The URI without the PIN, for messages.
  std::string str() const;
};

}  // namespace lade::signing
