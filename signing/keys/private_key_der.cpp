#include "signing/keys/private_key_der.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>

namespace lade::signing {
namespace {

using PlainInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freeing<PKCS8_PRIV_KEY_INFO_free>>;
using Number = std::unique_ptr<BIGNUM, Freeing<BN_clear_free>>;

Secret secret_der(unsigned char* bytes, int size) {
  if (size <= 0) {
    fail(ErrorKind::internal, "a private key has no DER: {}", take_openssl_reasons());
  }
  Secret der({reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)});
  OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  return der;
}

int give_passphrase(char* buffer, int size, int /*for_writing*/, void* secret) {
  const std::string_view text = static_cast<const Secret*>(secret)->reveal();
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(text.begin(), text.end(), buffer);
  return static_cast<int>(text.size());
}

/// The bytes of a block, decrypted in place.
class Unlocked {
 public:
  Unlocked(const PemBlock& block, std::string_view what, const PassphraseSource& source)
      : bytes_(block.bytes.reveal()), size_(static_cast<long>(bytes_.size())) {
    if (block.header.empty()) return;
    std::string header = block.header;
    EVP_CIPHER_INFO cipher{};
    if (PEM_get_EVP_CIPHER_INFO(header.data(), &cipher) != 1) {
      fail(ErrorKind::unsupported, "{} is encrypted in a way that Lade does not read: {}", what,
           take_openssl_reasons());
    }
    if (cipher.cipher == nullptr) return;
    Secret passphrase = ask_passphrase(source, what);
    if (PEM_do_header(&cipher, octets(bytes_), &size_, give_passphrase, &passphrase) != 1) {
      wipe(bytes_);
      fail(ErrorKind::denied, "the passphrase does not open {}: {}", what, take_openssl_reasons());
    }
    encrypted_ = true;
  }
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;
  ~Unlocked() { wipe(bytes_); }

  const unsigned char* begin() const { return octets(bytes_view()); }
  std::string_view bytes_view() const {
    return std::string_view(bytes_).substr(0, static_cast<std::size_t>(size_));
  }
  bool was_encrypted() const { return encrypted_; }

 private:
  std::string bytes_;
  long size_;
  bool encrypted_ = false;
};

}  // namespace

EvpKey parse_pkcs8(std::string_view der, std::string_view what) {
  const unsigned char* at = octets(der);
  const PlainInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  EvpKey key(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
  if (!key) fail(ErrorKind::invalid, "{} is no PKCS#8: {}", what, take_openssl_reasons());
  if (at != octets(der) + der.size()) {
    fail(ErrorKind::invalid, "{} has {} bytes after the private key", what,
         octets(der) + der.size() - at);
  }
  return key;
}

Secret pkcs8_of(EVP_PKEY& key) {
  const PlainInfo info(EVP_PKEY2PKCS8(&key));
  unsigned char* bytes = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &bytes) : -1;
  return secret_der(bytes, size);
}

EvpKey parse_traditional(const PemBlock& block, int type, std::string_view what,
                         const PassphraseSource& passphrase) {
  const Unlocked der(block, what, passphrase);
  const unsigned char* at = der.begin();
  EvpKey key(d2i_PrivateKey(type, nullptr, &at, static_cast<long>(der.bytes_view().size())));
  if (key) return key;
  // nothing but the padding tells of a wrong passphrase, and one time in 256 it does not
  if (der.was_encrypted()) {
    take_openssl_reasons();
    fail(ErrorKind::denied, "the passphrase does not open {}", what);
  }
  fail(ErrorKind::invalid, "{} is no {}: {}", what, block.label, take_openssl_reasons());
}

PublicKey public_half_of(EVP_PKEY& key, std::string_view what) {
  unsigned char* bytes = nullptr;
  const int size = i2d_PUBKEY(&key, &bytes);
  if (size <= 0) {
    fail(ErrorKind::unsupported, "{} is a key that has no public half: {}", what,
         take_openssl_reasons());
  }
  const std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return PublicKey::parse_der(der, what);
}

void require_ordinary(EVP_PKEY& key, std::string_view what) {
  if (EVP_PKEY_get_base_id(&key) != EVP_PKEY_RSA) return;
  for (const char* name :
       {OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
        OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2}) {
    BIGNUM* value = nullptr;
    if (EVP_PKEY_get_bn_param(&key, name, &value) != 1) {
      take_openssl_reasons();
      continue;  // a key may lack the parts that make it fast
    }
    const Number part(value);
    if (BN_num_bits(part.get()) <= EVP_PKEY_get_bits(&key)) continue;
    fail(ErrorKind::invalid, "{}: its part {} is larger than its modulus", what, name);
  }
}

}  // namespace lade::signing
