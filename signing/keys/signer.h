#pragma once

#include <string>
#include <string_view>

#include "signing/keys/public_key.h"

/// Whatever can sign: a private key in memory, a token, a key that lives as long as a certificate.
namespace lade::signing {

class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const = 0;
  /// ECDSA as DER. `invalid` for a scheme that the key cannot do.
  virtual std::string sign(std::string_view message, const SignatureScheme& scheme) = 0;
  /// The same where only the hash of the message, by `scheme.hash`, is known. `invalid` for
  /// Ed25519, which signs messages themselves.
  virtual std::string sign_hash(std::string_view hash, const SignatureScheme& scheme) = 0;
  std::string sign(std::string_view message) {
    return sign(message, public_key().default_scheme());
  }
};

}  // namespace lade::signing
