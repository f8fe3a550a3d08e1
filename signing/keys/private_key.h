#pragma once

#include <optional>

#include "signing/keys/passphrase.h"
#include "signing/keys/signer.h"

namespace lade::signing {

/// How a private key is written down.
enum class PrivateKeyForm : unsigned char {
  cosign,  ///< "ENCRYPTED SIGSTORE PRIVATE KEY": PKCS#8 sealed as cosign does (sealed_key.h)
  pkcs8,   ///< "PRIVATE KEY", or "ENCRYPTED PRIVATE KEY"
  pkcs1,   ///< "RSA PRIVATE KEY", in the clear
  sec1     ///< "EC PRIVATE KEY", in the clear
};

/// "cosign", "pkcs8", "pkcs1", "sec1".
std::string_view to_string(PrivateKeyForm form);

/// A private key in memory; OpenSSL overwrites it when the last of its copies goes.
class PrivateKey final : public Signer {
 public:
  /// `rsa_bits` counts for RSA alone; `invalid` for a size that Lade refuses.
  static PrivateKey generate(KeyKind kind, int rsa_bits = 3072);

  /// A PEM text in any of the forms above, cosign's older spelling ("ENCRYPTED COSIGN PRIVATE KEY")
  /// and the encryption of RFC 1421 (DEK-Info) among them. `passphrase` is asked only if the key is
  /// encrypted. `invalid` says what of `what` is wrong, `unsupported` what Lade does not take,
  /// `denied` is a passphrase that does not open it.
  static PrivateKey parse_pem(std::string_view pem, std::string_view what,
                              const PassphraseSource& passphrase, const UnlockLimits& limits = {});

  /// The key as PEM. cosign's form is always encrypted, be it with nothing; PKCS#8 is without a
  /// passphrase, or with an empty one, in the clear. `invalid` if a key of this kind has no such
  /// form, or the form no encryption.
  Secret pem(PrivateKeyForm form, const Secret& passphrase) const;

  const PublicKey& public_key() const override { return public_key_; }
  using Signer::sign;
  std::string sign(std::string_view message, const SignatureScheme& scheme) override;
  std::string sign_hash(std::string_view hash, const SignatureScheme& scheme) override;

 private:
  PrivateKey(std::shared_ptr<evp_pkey_st> key, std::string_view what);
  Secret traditional_pem(PrivateKeyForm form) const;

  std::shared_ptr<evp_pkey_st> key_;
  PublicKey public_key_;
};

}  // namespace lade::signing
