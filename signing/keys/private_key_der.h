#pragma once

#include <string_view>

#include "libimage/base/secret.h"
#include "signing/keys/openssl.h"
#include "signing/keys/passphrase.h"
#include "signing/keys/pem.h"
#include "signing/keys/public_key.h"

/// Private keys as DER.
namespace lade::signing {

/// PrivateKeyInfo (RFC 5208). `invalid` names `what`.
EvpKey parse_pkcs8(std::string_view der, std::string_view what);
Secret pkcs8_of(EVP_PKEY& key);

/// RSAPrivateKey (RFC 8017, A.1.2) or ECPrivateKey (RFC 5915), of OpenSSL's `type`; decrypted if
/// the block's header says it is encrypted (RFC 1421, 4.6.1.3).
EvpKey parse_traditional(const PemBlock& block, int type, std::string_view what,
                         const PassphraseSource& passphrase);

/// The public half as a key of its own, which knows nothing of the private one.
PublicKey public_half_of(EVP_PKEY& key, std::string_view what);

/// `invalid` for an RSA key whose parts are larger than its modulus: signing would take minutes.
void require_ordinary(EVP_PKEY& key, std::string_view what);

}  // namespace lade::signing
