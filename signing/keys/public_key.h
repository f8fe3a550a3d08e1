#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/digest.h"

struct evp_pkey_st;

namespace lade::signing {

enum class KeyKind : unsigned char { ecdsa_p256, ecdsa_p384, ecdsa_p521, ed25519, rsa };

/// "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "rsa".
std::string_view to_string(KeyKind kind);

/// What stands between a message and the arithmetic of a key.
enum class MessageHash : unsigned char { sha256, sha384, sha512 };

/// "SHA2_256"… as Sigstore's protobuf names it.
std::string_view to_string(MessageHash hash);
/// The raw hash of a message: 32, 48 or 64 bytes.
std::string hash_bytes(MessageHash hash, std::string_view message);

/// How a signature is made. ECDSA signatures are DER; `hash` counts for ECDSA and RSA. Ed25519
/// signs the message itself (`plain`) or, as Ed25519ph (RFC 8032, 5.1), its SHA-512 (`prehashed`).
struct SignatureScheme {
  enum class Form : unsigned char { plain, pss, prehashed };

  MessageHash hash = MessageHash::sha256;
  Form form = Form::plain;  ///< `pss` for RSA alone, `prehashed` for Ed25519 alone

  bool operator==(const SignatureScheme&) const = default;
};

/// A key that signatures are checked with. Immutable; may be used by several threads.
class PublicKey {
 public:
  static constexpr int rsa_bits_least = 2048;
  static constexpr int rsa_bits_most = 16384;

  /// One PEM block: PUBLIC KEY (SPKI, RFC 5480/8410), or RSA PUBLIC KEY (PKCS#1). `invalid` says
  /// what of `what` is wrong, `unsupported` names a kind or size of key that Lade refuses.
  static PublicKey parse_pem(std::string_view pem, std::string_view what);
  /// SPKI, as DER.
  static PublicKey parse_der(std::string_view der, std::string_view what);
  /// Takes part in the ownership of OpenSSL's key.
  static PublicKey of(evp_pkey_st* key, std::string_view what);

  KeyKind kind() const { return kind_; }
  /// "ECDSA P-256", "RSA 3072", as people say it.
  std::string description() const;
  /// SPKI.
  const std::string& der() const { return der_; }
  std::string pem() const;
  /// SHA-256 of `der`: what Rekor calls a log id and cosign a hint.
  Digest id() const;
  /// What signers of this kind do unless told otherwise: the hash that goes with the curve, SHA-256
  /// and PKCS#1 v1.5 for RSA, plain Ed25519.
  SignatureScheme default_scheme() const;

  /// False for a signature that is wrong or malformed; never throws for bytes that came from
  /// outside.
  bool verifies(std::string_view message, std::string_view signature,
                const SignatureScheme& scheme) const;
  bool verifies(std::string_view message, std::string_view signature) const {
    return verifies(message, signature, default_scheme());
  }
  /// The same where only the hash of the message (by `scheme.hash`) is known. False for Ed25519,
  /// which cannot be checked so.
  bool verifies_hash(std::string_view hash, std::string_view signature,
                     const SignatureScheme& scheme) const;

  /// OpenSSL's key, as long as this object lives.
  evp_pkey_st* handle() const { return key_.get(); }

  bool operator==(const PublicKey& other) const { return der_ == other.der_; }

 private:
  PublicKey() = default;
  bool verifies_ecdsa_or_rsa(std::string_view hash, std::string_view signature,
                             const SignatureScheme& scheme) const;

  std::shared_ptr<evp_pkey_st> key_;
  KeyKind kind_ = KeyKind::ecdsa_p256;
  std::string der_;
};

}  // namespace lade::signing
