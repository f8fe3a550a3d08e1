#pragma once

#include <string>
#include <string_view>

#include "signing/keys/openssl.h"
#include "signing/keys/passphrase.h"

/// EncryptedPrivateKeyInfo (RFC 5958, 3), as DER, under PBES2 (RFC 8018, 6.2) alone: the schemes
/// before it are broken.
namespace lade::signing {

/// `unsupported` names another scheme or parameters that cost too much, `denied` is a passphrase
/// that does not open it, or what was changed since.
EvpKey open_encrypted_pkcs8(std::string_view der, const PassphraseSource& passphrase,
                            std::string_view what, const UnlockLimits& limits = {});

/// AES-256-CBC under PBKDF2 with HMAC-SHA-256, 600,000 iterations.
std::string write_encrypted_pkcs8(EVP_PKEY& key, const Secret& passphrase);

}  // namespace lade::signing
