#include "signing/keys/sign_with.h"

#include <openssl/rsa.h>
#include <sodium.h>

#include <array>

namespace lade::signing {
namespace {

using Form = SignatureScheme::Form;

void require_fitting(KeyKind kind, const SignatureScheme& scheme) {
  if (scheme.form == Form::pss && kind != KeyKind::rsa) {
    fail(ErrorKind::invalid, "PSS is for RSA keys; this one is {}", to_string(kind));
  }
  if (scheme.form == Form::prehashed && kind != KeyKind::ed25519) {
    fail(ErrorKind::invalid, "Ed25519ph is for Ed25519 keys; this one is {}", to_string(kind));
  }
}

[[noreturn]] void refuse() {
  fail(ErrorKind::unavailable, "the key does not sign: {}", take_openssl_reasons());
}

std::string sign_ed25519(EVP_PKEY& key, std::string_view message) {
  const EvpDigestContext context(EVP_MD_CTX_new());
  std::string signature(crypto_sign_BYTES, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, &key) != 1 ||
      EVP_DigestSign(context.get(), octets(signature), &size, octets(message), message.size()) !=
          1) {
    refuse();
  }
  return signature;
}

/// The two halves of an Ed25519 key as libsodium wants them, overwritten when they go.
struct SodiumKey {
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};

  SodiumKey() = default;
  SodiumKey(const SodiumKey&) = delete;
  SodiumKey& operator=(const SodiumKey&) = delete;
  ~SodiumKey() {
    sodium_memzero(secret.data(), secret.size());
    sodium_memzero(seed.data(), seed.size());
  }
};

std::string sign_ed25519ph(EVP_PKEY& key, std::string_view message) {
  SodiumKey raw;
  std::size_t size = raw.seed.size();
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_half{};
  if (EVP_PKEY_get_raw_private_key(&key, raw.seed.data(), &size) != 1) refuse();
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_ed25519ph_state state;
  if (crypto_sign_seed_keypair(public_half.data(), raw.secret.data(), raw.seed.data()) != 0 ||
      crypto_sign_ed25519ph_init(&state) != 0 ||
      crypto_sign_ed25519ph_update(&state, octets(message), message.size()) != 0 ||
      crypto_sign_ed25519ph_final_create(&state, octets(signature), nullptr, raw.secret.data()) !=
          0) {
    fail(ErrorKind::internal, "libsodium does not sign");
  }
  return signature;
}

void set_padding(EVP_PKEY_CTX& context, Form form) {
  const bool pss = form == Form::pss;
  if (EVP_PKEY_CTX_set_rsa_padding(&context, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) !=
          1 ||
      (pss && EVP_PKEY_CTX_set_rsa_pss_saltlen(&context, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    refuse();
  }
}

std::string sign_hash(EVP_PKEY& key, KeyKind kind, std::string_view hash,
                      const SignatureScheme& scheme) {
  const EvpKeyContext context(EVP_PKEY_CTX_new(&key, nullptr));
  if (!context || EVP_PKEY_sign_init(context.get()) != 1) refuse();
  if (kind == KeyKind::rsa) set_padding(*context, scheme.form);
  std::size_t size = 0;
  if (EVP_PKEY_CTX_set_signature_md(context.get(), md_of(scheme.hash)) != 1 ||
      EVP_PKEY_sign(context.get(), nullptr, &size, octets(hash), hash.size()) != 1) {
    refuse();
  }
  std::string signature(size, '\0');
  if (EVP_PKEY_sign(context.get(), octets(signature), &size, octets(hash), hash.size()) != 1) {
    refuse();
  }
  signature.resize(size);
  return signature;
}

}  // namespace

const EVP_MD* md_of(MessageHash hash) {
  switch (hash) {
    case MessageHash::sha256:
      return EVP_sha256();
    case MessageHash::sha384:
      return EVP_sha384();
    case MessageHash::sha512:
      return EVP_sha512();
  }
  fail(ErrorKind::internal, "no such hash");
}

std::string sign_with(EVP_PKEY& key, KeyKind kind, std::string_view message,
                      const SignatureScheme& scheme) {
  require_fitting(kind, scheme);
  if (kind != KeyKind::ed25519)
    return sign_hash(key, kind, hash_bytes(scheme.hash, message), scheme);
  return scheme.form == Form::prehashed ? sign_ed25519ph(key, message) : sign_ed25519(key, message);
}

std::string sign_hash_with(EVP_PKEY& key, KeyKind kind, std::string_view hash,
                           const SignatureScheme& scheme) {
  require_fitting(kind, scheme);
  if (kind == KeyKind::ed25519) {
    fail(ErrorKind::invalid, "an Ed25519 key signs the bytes themselves, and no hash of them");
  }
  const std::size_t wanted = static_cast<std::size_t>(EVP_MD_get_size(md_of(scheme.hash)));
  if (hash.size() != wanted) {
    fail(ErrorKind::invalid, "a hash to sign has {} bytes; wanted {} of {}", hash.size(), wanted,
         to_string(scheme.hash));
  }
  return sign_hash(key, kind, hash, scheme);
}

}  // namespace lade::signing
