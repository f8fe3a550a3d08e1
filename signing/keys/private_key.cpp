#include "signing/keys/private_key.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "signing/keys/encrypted_pkcs8.h"
#include "signing/keys/pem.h"
#include "signing/keys/private_key_der.h"
#include "signing/keys/sealed_key.h"
#include "signing/keys/sign_with.h"

namespace lade::signing {
namespace {

constexpr const char* sealed_label = "ENCRYPTED SIGSTORE PRIVATE KEY";
constexpr const char* encrypted_label = "ENCRYPTED PRIVATE KEY";

std::shared_ptr<evp_pkey_st> shared(EvpKey key) {
  return {key.release(), Freeing<EVP_PKEY_free>()};
}

EvpKey generated(KeyKind kind, int rsa_bits) {
  switch (kind) {
    case KeyKind::ecdsa_p256:
      return EvpKey(EVP_EC_gen("P-256"));
    case KeyKind::ecdsa_p384:
      return EvpKey(EVP_EC_gen("P-384"));
    case KeyKind::ecdsa_p521:
      return EvpKey(EVP_EC_gen("P-521"));
    case KeyKind::ed25519:
      return EvpKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    case KeyKind::rsa:
      return EvpKey(EVP_RSA_gen(static_cast<unsigned>(rsa_bits)));
  }
  return nullptr;
}

EvpKey key_of(const PemBlock& block, std::string_view what, const PassphraseSource& passphrase,
              const UnlockLimits& limits) {
  const std::string& label = block.label;
  if (label == encrypted_label) {
    return open_encrypted_pkcs8(block.bytes.reveal(), passphrase, what, limits);
  }
  if (label == sealed_label || label == "ENCRYPTED COSIGN PRIVATE KEY") {
    const Secret der = open_sealed_key(block.bytes.reveal(), passphrase, what, limits);
    return parse_pkcs8(der.reveal(), what);
  }
  if (label == "PRIVATE KEY") return parse_pkcs8(block.bytes.reveal(), what);
  if (label == "RSA PRIVATE KEY") return parse_traditional(block, EVP_PKEY_RSA, what, passphrase);
  if (label == "EC PRIVATE KEY") return parse_traditional(block, EVP_PKEY_EC, what, passphrase);
  if (label == "OPENSSH PRIVATE KEY") {
    fail(ErrorKind::unsupported,
         "{} is a key of OpenSSH; ssh-keygen -p -m PKCS8 -f FILE makes one that Lade reads", what);
  }
  fail(ErrorKind::invalid, "{} holds a block {}; wanted a private key", what, label);
}

}  // namespace

std::string_view to_string(PrivateKeyForm form) {
  switch (form) {
    case PrivateKeyForm::cosign:
      return "cosign";
    case PrivateKeyForm::pkcs8:
      return "pkcs8";
    case PrivateKeyForm::pkcs1:
      return "pkcs1";
    case PrivateKeyForm::sec1:
      return "sec1";
  }
  return "unknown";
}

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key, std::string_view what)
    : key_(std::move(key)), public_key_(public_half_of(*key_, what)) {}

PrivateKey PrivateKey::generate(KeyKind kind, int rsa_bits) {
  if (kind == KeyKind::rsa &&
      (rsa_bits < PublicKey::rsa_bits_least || rsa_bits > PublicKey::rsa_bits_most)) {
    fail(ErrorKind::invalid, "an RSA key of {} bits was asked for; Lade makes {} to {}", rsa_bits,
         PublicKey::rsa_bits_least, PublicKey::rsa_bits_most);
  }
  EvpKey key = generated(kind, rsa_bits);
  if (!key) fail(ErrorKind::internal, "no key could be made: {}", take_openssl_reasons());
  return {shared(std::move(key)), "the new key"};
}

PrivateKey PrivateKey::parse_pem(std::string_view pem, std::string_view what,
                                 const PassphraseSource& passphrase, const UnlockLimits& limits) {
  EvpKey key = key_of(read_pem_block(pem, what), what, passphrase, limits);
  require_ordinary(*key, what);
  PrivateKey parsed(shared(std::move(key)), what);
  // a key whose halves belong to different keys would sign what nobody can check
  constexpr std::string_view probe = "do the halves of this key belong together?";
  const SignatureScheme scheme = parsed.public_key_.default_scheme();
  bool fits = false;
  try {
    fits = parsed.public_key_.verifies(probe, parsed.sign(probe, scheme), scheme);
  } catch (const Error&) {
    fits = false;  // it does not even sign
  }
  if (!fits) fail(ErrorKind::invalid, "{}: its private half does not fit its public half", what);
  return parsed;
}

Secret PrivateKey::pem(PrivateKeyForm form, const Secret& passphrase) const {
  if (form == PrivateKeyForm::cosign) {
    const Secret der = pkcs8_of(*key_);
    return Secret(write_pem_block(sealed_label, seal_key(der, passphrase)));
  }
  if (form == PrivateKeyForm::pkcs8) {
    if (!passphrase.empty()) {
      return Secret(write_pem_block(encrypted_label, write_encrypted_pkcs8(*key_, passphrase)));
    }
    const Bio bio = secret_bio();
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) != 1) {
      fail(ErrorKind::internal, "cannot write a private key: {}", take_openssl_reasons());
    }
    return secret_of(*bio);
  }
  if (!passphrase.empty()) {
    fail(ErrorKind::invalid, "{} has no encryption that holds; pkcs8 and cosign have",
         to_string(form));
  }
  return traditional_pem(form);
}

Secret PrivateKey::traditional_pem(PrivateKeyForm form) const {
  const KeyKind kind = public_key_.kind();
  const bool is_ec = kind != KeyKind::rsa && kind != KeyKind::ed25519;
  if (form == PrivateKeyForm::pkcs1 ? kind != KeyKind::rsa : !is_ec) {
    fail(ErrorKind::invalid, "{} is for {} keys; this one is {}", to_string(form),
         form == PrivateKeyForm::pkcs1 ? "RSA" : "ECDSA", public_key_.description());
  }
  const Bio bio = secret_bio();
  if (PEM_write_bio_PrivateKey_traditional(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                           nullptr) != 1) {
    fail(ErrorKind::internal, "cannot write a private key: {}", take_openssl_reasons());
  }
  return secret_of(*bio);
}

std::string PrivateKey::sign(std::string_view message, const SignatureScheme& scheme) {
  return sign_with(*key_, public_key_.kind(), message, scheme);
}

std::string PrivateKey::sign_hash(std::string_view hash, const SignatureScheme& scheme) {
  return sign_hash_with(*key_, public_key_.kind(), hash, scheme);
}

}  // namespace lade::signing
