#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/secret.h"

namespace lade::signing {

/// With which key of a user's gpg signs.
struct GpgSigner {
  std::string key{};   ///< a fingerprint, a key's id or one of its user ids
  std::string home{};  ///< gpg's home directory; empty leaves it to gpg
  /// Nothing leaves it to gpg's agent to ask for one.
  std::optional<Secret> passphrase{};
};

/// A binary signed message that holds `payload` (RFC 4880, 11.3). `not_found` if there is no such
/// secret key, `invalid` if several are meant, `denied` for a wrong passphrase, for none where
/// nobody can be asked, and for a key that cannot sign.
std::string sign_with_gpg(std::string_view payload, const GpgSigner& signer);

}  // namespace lade::signing
