#pragma once

#include "signing/keys/passphrase.h"
#include "signing/keys/public_key.h"

namespace lade::signing {

/// What a public key was found in.
enum class KeyTextKind : unsigned char { public_key, certificate, private_key };

/// "public key", "certificate", "private key".
std::string_view to_string(KeyTextKind source);

struct FoundKey {
  PublicKey key;
  KeyTextKind source;
};

/// The public key that a PEM text holds: one alone, a certificate's (of several the first), or the
/// public half of a private key, for which the passphrase may be asked. Errors as of
/// PublicKey::parse_pem and PrivateKey::parse_pem.
FoundKey find_public_key(std::string_view text, std::string_view what,
                         const PassphraseSource& passphrase, const UnlockLimits& limits = {});

}  // namespace lade::signing
