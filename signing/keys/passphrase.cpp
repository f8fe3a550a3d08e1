#include "signing/keys/passphrase.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <bit>
#include <string>

#include "signing/keys/openssl.h"

namespace lade::signing {
namespace {

using Kdf = std::unique_ptr<EVP_KDF, Freeing<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Freeing<EVP_KDF_CTX_free>>;

/// r and p beyond this would overflow what is computed of them; honest ones are 8 and 1.
constexpr std::uint64_t factor_most = 1024;

std::uint64_t memory_of(const ScryptCost& cost) { return 128 * cost.r * (cost.n + cost.p + 2); }

void* mutable_octets(std::string_view bytes) {
  return const_cast<char*>(bytes.data());  // OpenSSL's parameters are not const; it only reads
}

}  // namespace

void require_bearable(const ScryptCost& cost, const UnlockLimits& limits, std::string_view what) {
  // RFC 7914, 2: N < 2^(128 * r / 8)
  const bool fits_blocks = cost.r >= 4 || cost.n < 1ULL << (16 * cost.r);
  const bool possible = fits_blocks && std::has_single_bit(cost.n) && cost.n > 1 &&
                        cost.n <= 1U << 30U && cost.r >= 1 && cost.r <= factor_most &&
                        cost.p >= 1 && cost.p <= factor_most;
  if (!possible || memory_of(cost) > limits.scrypt_memory_bytes ||
      cost.n * cost.r * cost.p > limits.scrypt_work) {
    fail(ErrorKind::unsupported,
         "{} asks for scrypt with N={}, r={}, p={}; Lade does not spend more than {} MiB and "
         "N*r*p={} on a key",
         what, cost.n, cost.r, cost.p, limits.scrypt_memory_bytes >> 20U, limits.scrypt_work);
  }
}

Secret derive_by_scrypt(const Secret& passphrase, std::string_view salt, const ScryptCost& cost,
                        std::size_t size_bytes) {
  const Kdf kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr));
  const KdfContext context(EVP_KDF_CTX_new(kdf.get()));
  ScryptCost given = cost;
  // what is allowed, not what is taken: OpenSSL counts a little more than the algorithm needs
  std::uint64_t memory_bytes = 2 * memory_of(cost);
  const std::string_view secret = passphrase.reveal();
  const std::array parameters = {
      // a null pointer would be no passphrase, and an empty one is one
      OSSL_PARAM_construct_octet_string(
          OSSL_KDF_PARAM_PASSWORD, mutable_octets(secret.empty() ? "" : secret), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, mutable_octets(salt), salt.size()),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &given.n),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &given.r),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &given.p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory_bytes),
      OSSL_PARAM_construct_end()};
  std::string key(size_bytes, '\0');
  if (!context || EVP_KDF_derive(context.get(), octets(key), key.size(), parameters.data()) != 1) {
    fail(ErrorKind::io, "scrypt fails: {}", take_openssl_reasons());
  }
  Secret derived(key);
  wipe(key);
  return derived;
}

Secret ask_passphrase(const PassphraseSource& source, std::string_view what) {
  if (!source) fail(ErrorKind::invalid, "{} is encrypted, and there is no passphrase", what);
  return source();
}

}  // namespace lade::signing
