#include "signing/keys/public_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <array>
#include <optional>

#include "libimage/oci/hasher.h"
#include "signing/keys/openssl.h"
#include "signing/keys/sign_with.h"

namespace lade::signing {
namespace {

std::optional<KeyKind> kind_of_curve(EVP_PKEY* key) {
  std::array<char, 64> group{};
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(),
                                     nullptr) != 1) {
    return std::nullopt;
  }
  switch (OBJ_txt2nid(group.data())) {
    case NID_X9_62_prime256v1:
      return KeyKind::ecdsa_p256;
    case NID_secp384r1:
      return KeyKind::ecdsa_p384;
    case NID_secp521r1:
      return KeyKind::ecdsa_p521;
    default:
      return std::nullopt;
  }
}

/// RFC 5480, 2.1.1, forbids it: a stranger's parameters may be almost those of a known curve.
bool is_spelled_out(EVP_PKEY* key) {
  int explicit_parameters = 0;
  return EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                                &explicit_parameters) == 1 &&
         explicit_parameters == 1;
}

KeyKind kind_of(EVP_PKEY* key, std::string_view what) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_EC:
      if (is_spelled_out(key)) {
        fail(ErrorKind::unsupported, "{} is a key whose curve is spelled out; wanted a named one",
             what);
      }
      if (const auto kind = kind_of_curve(key)) return *kind;
      fail(ErrorKind::unsupported, "{} is a key on a curve that is not P-256, P-384 or P-521",
           what);
    case EVP_PKEY_ED25519:
      return KeyKind::ed25519;
    case EVP_PKEY_RSA: {
      const int bits = EVP_PKEY_get_bits(key);
      if (bits >= PublicKey::rsa_bits_least && bits <= PublicKey::rsa_bits_most)
        return KeyKind::rsa;
      fail(ErrorKind::unsupported, "{} is an RSA key of {} bits; Lade takes {} to {}", what, bits,
           PublicKey::rsa_bits_least, PublicKey::rsa_bits_most);
    }
    default:
      fail(ErrorKind::unsupported, "{} is a key of the kind {}; Lade takes ECDSA, Ed25519 and RSA",
           what, OBJ_nid2sn(EVP_PKEY_get_base_id(key)));
  }
}

std::string spki_of(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int size = i2d_PUBKEY(key, &bytes);
  if (size <= 0) fail(ErrorKind::internal, "a public key has no DER: {}", take_openssl_reasons());
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace

std::string_view to_string(KeyKind kind) {
  switch (kind) {
    case KeyKind::ecdsa_p256:
      return "ecdsa-p256";
    case KeyKind::ecdsa_p384:
      return "ecdsa-p384";
    case KeyKind::ecdsa_p521:
      return "ecdsa-p521";
    case KeyKind::ed25519:
      return "ed25519";
    case KeyKind::rsa:
      return "rsa";
  }
  return "unknown";
}

std::string_view to_string(MessageHash hash) {
  switch (hash) {
    case MessageHash::sha256:
      return "SHA2_256";
    case MessageHash::sha384:
      return "SHA2_384";
    case MessageHash::sha512:
      return "SHA2_512";
  }
  return "HASH_ALGORITHM_UNSPECIFIED";
}

std::string hash_bytes(MessageHash hash, std::string_view message) {
  std::string bytes(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (EVP_Digest(message.data(), message.size(), octets(bytes), &size, md_of(hash), nullptr) != 1) {
    fail(ErrorKind::internal, "OpenSSL cannot hash: {}", take_openssl_reasons());
  }
  bytes.resize(size);
  return bytes;
}

PublicKey PublicKey::of(EVP_PKEY* key, std::string_view what) {
  PublicKey made;
  made.kind_ = kind_of(key, what);
  made.der_ = spki_of(key);
  EVP_PKEY_up_ref(key);
  made.key_ = std::shared_ptr<EVP_PKEY>(key, Freeing<EVP_PKEY_free>());
  return made;
}

PublicKey PublicKey::parse_der(std::string_view der, std::string_view what) {
  const unsigned char* at = octets(der);
  const EvpKey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key) fail(ErrorKind::invalid, "{} is no public key: {}", what, take_openssl_reasons());
  if (at != octets(der) + der.size()) {
    fail(ErrorKind::invalid, "{} has {} bytes after the public key", what,
         octets(der) + der.size() - at);
  }
  return of(key.get(), what);
}

PublicKey PublicKey::parse_pem(std::string_view pem, std::string_view what) {
  const Bio bio = bio_over(pem);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) {
    take_openssl_reasons();
    fail(ErrorKind::invalid, "{} holds no PEM block; a public key begins with {}", what,
         "-----BEGIN PUBLIC KEY-----");
  }
  const std::unique_ptr<char, Freeing<[](char*text) { OPENSSL_free(text); }>> owned_name(name),
      owned_header(header), owned_data(reinterpret_cast<char*>(data));
  const std::string_view der(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  const std::string_view label(name);
  if (label == "PUBLIC KEY") return parse_der(der, what);
  if (label != "RSA PUBLIC KEY") {
    fail(ErrorKind::invalid, "{} holds a block {}; wanted PUBLIC KEY", what, label);
  }
  const unsigned char* at = octets(der);
  const EvpKey key(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
  if (!key) fail(ErrorKind::invalid, "{} is no RSA key: {}", what, take_openssl_reasons());
  return of(key.get(), what);
}

std::string PublicKey::description() const {
  switch (kind_) {
    case KeyKind::ecdsa_p256:
      return "ECDSA P-256";
    case KeyKind::ecdsa_p384:
      return "ECDSA P-384";
    case KeyKind::ecdsa_p521:
      return "ECDSA P-521";
    case KeyKind::ed25519:
      return "Ed25519";
    case KeyKind::rsa:
      return fmt::format("RSA {}", EVP_PKEY_get_bits(key_.get()));
  }
  return "unknown";
}

std::string PublicKey::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key_.get()) != 1) {
    fail(ErrorKind::internal, "a public key has no PEM: {}", take_openssl_reasons());
  }
  return bytes_of(*bio);
}

Digest PublicKey::id() const { return digest_of(der_); }

SignatureScheme PublicKey::default_scheme() const {
  if (kind_ == KeyKind::ecdsa_p384) return {.hash = MessageHash::sha384};
  if (kind_ == KeyKind::ecdsa_p521) return {.hash = MessageHash::sha512};
  return {};
}

bool PublicKey::verifies(std::string_view message, std::string_view signature,
                         const SignatureScheme& scheme) const {
  using Form = SignatureScheme::Form;
  if (kind_ != KeyKind::ed25519) {
    return verifies_hash(hash_bytes(scheme.hash, message), signature, scheme);
  }
  if (signature.size() != crypto_sign_BYTES || scheme.form == Form::pss) return false;
  if (scheme.form == Form::prehashed) {
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> raw{};
    std::size_t size = raw.size();
    crypto_sign_ed25519ph_state state;
    return EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size) == 1 &&
           crypto_sign_ed25519ph_init(&state) == 0 &&
           crypto_sign_ed25519ph_update(&state, octets(message), message.size()) == 0 &&
           crypto_sign_ed25519ph_final_verify(&state, octets(signature), raw.data()) == 0;
  }
  const EvpDigestContext context(EVP_MD_CTX_new());
  const bool good =
      context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                       message.size()) == 1;
  if (!good) take_openssl_reasons();
  return good;
}

bool PublicKey::verifies_hash(std::string_view hash, std::string_view signature,
                              const SignatureScheme& scheme) const {
  using Form = SignatureScheme::Form;
  if (kind_ == KeyKind::ed25519 || scheme.form == Form::prehashed) return false;
  if (scheme.form == Form::pss && kind_ != KeyKind::rsa) return false;
  const bool good = verifies_ecdsa_or_rsa(hash, signature, scheme);
  if (!good) take_openssl_reasons();
  return good;
}

bool PublicKey::verifies_ecdsa_or_rsa(std::string_view hash, std::string_view signature,
                                      const SignatureScheme& scheme) const {
  const EvpKeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  if (!context || EVP_PKEY_verify_init(context.get()) != 1) return false;
  if (kind_ == KeyKind::rsa) {
    const bool pss = scheme.form == SignatureScheme::Form::pss;
    const int padding = pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
    if (EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) != 1) return false;
    if (pss && EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) != 1) {
      return false;
    }
  }
  return EVP_PKEY_CTX_set_signature_md(context.get(), md_of(scheme.hash)) == 1 &&
         EVP_PKEY_verify(context.get(), octets(signature), signature.size(), octets(hash),
                         hash.size()) == 1;
}

}  // namespace lade::signing
