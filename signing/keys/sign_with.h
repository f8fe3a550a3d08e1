#pragma once

#include <string>
#include <string_view>

#include "signing/keys/openssl.h"
#include "signing/keys/public_key.h"

namespace lade::signing {

/// A signature by a private key that OpenSSL has, or reaches. `invalid` for a scheme that this kind
/// of key cannot do, `unavailable` if the key refuses.
std::string sign_with(EVP_PKEY& key, KeyKind kind, std::string_view message,
                      const SignatureScheme& scheme);
/// The same of a message whose hash, by `scheme.hash`, is all that is known; `invalid` for Ed25519.
std::string sign_hash_with(EVP_PKEY& key, KeyKind kind, std::string_view hash,
                           const SignatureScheme& scheme);

/// OpenSSL's name for a hash.
const EVP_MD* md_of(MessageHash hash);

}  // namespace lade::signing
