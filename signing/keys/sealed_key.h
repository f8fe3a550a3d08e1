#pragma once

#include <string>
#include <string_view>

#include "signing/keys/passphrase.h"

/// cosign's encryption of private keys, which is go-securesystemslib's "encrypted": JSON that names
/// scrypt with its parameters and salt, NaCl's secretbox with its nonce, and what is in it.
namespace lade::signing {

/// A key that is sealed as cosign seals it now (N=65536, r=8, p=1), with fresh salt and nonce.
std::string seal_key(const Secret& key, const Secret& passphrase);

/// What was sealed. `invalid` names what of `what` is missing or malformed, `unsupported` another
/// algorithm or parameters that cost too much, `denied` is a passphrase that does not open it.
Secret open_sealed_key(std::string_view sealed, const PassphraseSource& passphrase,
                       std::string_view what, const UnlockLimits& limits = {});

}  // namespace lade::signing
