#include "signing/keys/encrypted_pkcs8.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>

namespace lade::signing {
namespace {

using EncryptedInfo = std::unique_ptr<X509_SIG, Freeing<X509_SIG_free>>;
using PlainInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freeing<PKCS8_PRIV_KEY_INFO_free>>;
using Algorithm = std::unique_ptr<X509_ALGOR, Freeing<X509_ALGOR_free>>;

/// What OWASP asks of PBKDF2 with HMAC-SHA-256.
constexpr int iterations = 600'000;
constexpr int salt_size_bytes = 16;
/// OpenSSL gives PKCS#8 no more.
constexpr std::uint64_t scrypt_memory_bytes = 32U << 20U;

/// The parameters of an algorithm, as the structure that it says they are.
template <class T, auto free_function>
std::unique_ptr<T, Freeing<free_function>> parameters_of(const X509_ALGOR& algorithm,
                                                         const ASN1_ITEM* item,
                                                         std::string_view what) {
  const void* value = nullptr;
  int type = 0;
  X509_ALGOR_get0(nullptr, &type, &value, &algorithm);
  std::unique_ptr<T, Freeing<free_function>> parsed;
  if (type == V_ASN1_SEQUENCE) {
    parsed.reset(static_cast<T*>(ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), item)));
  }
  if (!parsed) {
    take_openssl_reasons();
    fail(ErrorKind::invalid, "{}: the parameters of its encryption are malformed", what);
  }
  return parsed;
}

int nid_of(const X509_ALGOR& algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, &algorithm);
  return OBJ_obj2nid(object);
}

std::string name_of(const X509_ALGOR& algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, &algorithm);
  std::string name(128, '\0');
  const int size = OBJ_obj2txt(name.data(), static_cast<int>(name.size()), object, 0);
  name.resize(size < 0 ? 0 : std::min(static_cast<std::size_t>(size), name.size() - 1));
  return name;
}

std::uint64_t count_of(const ASN1_INTEGER* number) {
  std::uint64_t count = 0;
  if (ASN1_INTEGER_get_uint64(&count, number) != 1) {
    take_openssl_reasons();
    return UINT64_MAX;
  }
  return count;
}

void require_bearable_derivation(const X509_ALGOR& algorithm, const UnlockLimits& limits,
                                 std::string_view what) {
  switch (nid_of(algorithm)) {
    case NID_id_pbkdf2: {
      const auto given = parameters_of<PBKDF2PARAM, PBKDF2PARAM_free>(
          algorithm, ASN1_ITEM_rptr(PBKDF2PARAM), what);
      const std::uint64_t count = count_of(given->iter);
      if (count >= 1 && count <= static_cast<std::uint64_t>(limits.pbkdf2_iterations)) return;
      fail(ErrorKind::unsupported,
           "{} asks for {} iterations of PBKDF2; Lade does not spend more than {} on a key", what,
           count, limits.pbkdf2_iterations);
    }
    case NID_id_scrypt: {
      const auto given = parameters_of<SCRYPT_PARAMS, SCRYPT_PARAMS_free>(
          algorithm, ASN1_ITEM_rptr(SCRYPT_PARAMS), what);
      UnlockLimits within = limits;
      within.scrypt_memory_bytes = std::min(within.scrypt_memory_bytes, scrypt_memory_bytes);
      return require_bearable({.n = count_of(given->costParameter),
                               .r = count_of(given->blockSize),
                               .p = count_of(given->parallelizationParameter)},
                              within, what);
    }
    default:
      fail(ErrorKind::unsupported, "{} is encrypted by a key of {}; wanted PBKDF2 or scrypt", what,
           name_of(algorithm));
  }
}

void require_bearable_encryption(const X509_SIG& info, const UnlockLimits& limits,
                                 std::string_view what) {
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(&info, &algorithm, nullptr);
  if (nid_of(*algorithm) != NID_pbes2) {
    fail(ErrorKind::unsupported,
         "{} is encrypted by {}; wanted PBES2 (openssl pkcs8 -topk8 -v2 aes-256-cbc makes it)",
         what, name_of(*algorithm));
  }
  const auto given =
      parameters_of<PBE2PARAM, PBE2PARAM_free>(*algorithm, ASN1_ITEM_rptr(PBE2PARAM), what);
  require_bearable_derivation(*given->keyfunc, limits, what);
}

int length_of(const Secret& passphrase) {
  const std::size_t size = passphrase.reveal().size();
  if (size > INT16_MAX) fail(ErrorKind::invalid, "a passphrase of {} bytes is too long", size);
  return static_cast<int>(size);
}

/// Never null, which would mean no passphrase at all.
const char* text_of(const Secret& passphrase) {
  return passphrase.empty() ? "" : passphrase.reveal().data();
}

}  // namespace

EvpKey open_encrypted_pkcs8(std::string_view der, const PassphraseSource& source,
                            std::string_view what, const UnlockLimits& limits) {
  const unsigned char* at = octets(der);
  const EncryptedInfo info(d2i_X509_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!info) fail(ErrorKind::invalid, "{} is no PKCS#8: {}", what, take_openssl_reasons());
  require_bearable_encryption(*info, limits, what);
  const Secret passphrase = ask_passphrase(source, what);
  const PlainInfo plain(PKCS8_decrypt(info.get(), text_of(passphrase), length_of(passphrase)));
  EvpKey key(plain ? EVP_PKCS82PKEY(plain.get()) : nullptr);
  if (!key) {
    fail(ErrorKind::denied, "the passphrase does not open {}: {}", what, take_openssl_reasons());
  }
  return key;
}

std::string write_encrypted_pkcs8(EVP_PKEY& key, const Secret& passphrase) {
  const PlainInfo plain(EVP_PKEY2PKCS8(&key));
  Algorithm scheme(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), iterations, nullptr, salt_size_bytes,
                                     nullptr, NID_hmacWithSHA256));
  EncryptedInfo info;
  if (plain && scheme) {
    info.reset(
        PKCS8_set0_pbe(text_of(passphrase), length_of(passphrase), plain.get(), scheme.get()));
  }
  unsigned char* bytes = nullptr;
  const int size = info ? i2d_X509_SIG(info.get(), &bytes) : -1;
  if (info) scheme.release();  // it is part of `info` now
  if (size <= 0) {
    fail(ErrorKind::internal, "cannot encrypt a private key: {}", take_openssl_reasons());
  }
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace lade::signing
