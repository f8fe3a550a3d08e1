#include "signing/keys/sealed_key.h"

#include <sodium.h>

#include "libimage/base/base64.h"
#include "libimage/base/json.h"
#include "signing/keys/openssl.h"

namespace lade::signing {
namespace {

constexpr std::size_t sealed_salt_bytes = 32;
constexpr std::size_t salt_most_bytes = 1024;
constexpr std::string_view kdf_name = "scrypt";
constexpr std::string_view cipher_name = "nacl/secretbox";

std::string random_bytes(std::size_t size) {
  if (sodium_init() < 0) fail(ErrorKind::internal, "libsodium does not start");
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string bytes_at(const Json& object, std::string_view key, std::string_view what) {
  auto bytes = from_base64(get_string(object, key, what));
  if (!bytes) fail(ErrorKind::invalid, "{}: {} is not base64", what, key);
  return std::move(*bytes);
}

const Json& part(const Json& object, std::string_view key, std::string_view what) {
  const Json* found = find_object(object, key, what);
  if (found == nullptr) fail(ErrorKind::invalid, "{} has no {}", what, key);
  return *found;
}

void require_name(const Json& object, std::string_view wanted, std::string_view what) {
  const std::string name = get_string(object, "name", what);
  if (name == wanted) return;
  fail(ErrorKind::unsupported, "{} is encrypted by {}; wanted {}", what, name, wanted);
}

std::uint64_t count_at(const Json& object, std::string_view key, std::string_view what) {
  const std::int64_t count = get_int(object, key, what);
  if (count < 0) fail(ErrorKind::invalid, "{}: {} is negative", what, key);
  return static_cast<std::uint64_t>(count);
}

struct Sealed {
  ScryptCost cost;
  std::string salt;
  std::string nonce;
  std::string box;
};

Sealed parse_sealed(std::string_view text, std::string_view what) {
  const Json json = parse_json(text, what);
  const Json& kdf = part(json, "kdf", what);
  require_name(kdf, kdf_name, what);
  const Json& cost = part(kdf, "params", what);
  const Json& cipher = part(json, "cipher", what);
  require_name(cipher, cipher_name, what);
  Sealed sealed{.cost = {.n = count_at(cost, "N", what),
                         .r = count_at(cost, "r", what),
                         .p = count_at(cost, "p", what)},
                .salt = bytes_at(kdf, "salt", what),
                .nonce = bytes_at(cipher, "nonce", what),
                .box = bytes_at(json, "ciphertext", what)};
  if (sealed.salt.empty() || sealed.salt.size() > salt_most_bytes) {
    fail(ErrorKind::invalid, "{}: the salt has {} bytes", what, sealed.salt.size());
  }
  if (sealed.nonce.size() != crypto_secretbox_NONCEBYTES) {
    fail(ErrorKind::invalid, "{}: the nonce has {} bytes, wanted {}", what, sealed.nonce.size(),
         crypto_secretbox_NONCEBYTES);
  }
  if (sealed.box.size() <= crypto_secretbox_MACBYTES) {
    fail(ErrorKind::invalid, "{}: there is nothing in the ciphertext", what);
  }
  return sealed;
}

}  // namespace

std::string seal_key(const Secret& key, const Secret& passphrase) {
  const ScryptCost cost;
  const std::string salt = random_bytes(sealed_salt_bytes);
  const std::string nonce = random_bytes(crypto_secretbox_NONCEBYTES);
  const Secret lock = derive_by_scrypt(passphrase, salt, cost, crypto_secretbox_KEYBYTES);
  const std::string_view plain = key.reveal();
  std::string box(plain.size() + crypto_secretbox_MACBYTES, '\0');
  crypto_secretbox_easy(octets(box), octets(plain), plain.size(), octets(nonce),
                        octets(lock.reveal()));
  const Json json = {{"kdf",
                      {{"name", kdf_name},
                       {"params", {{"N", cost.n}, {"r", cost.r}, {"p", cost.p}}},
                       {"salt", to_base64(salt)}}},
                     {"cipher", {{"name", cipher_name}, {"nonce", to_base64(nonce)}}},
                     {"ciphertext", to_base64(box)}};
  return to_compact(json);
}

Secret open_sealed_key(std::string_view sealed, const PassphraseSource& passphrase,
                       std::string_view what, const UnlockLimits& limits) {
  const Sealed parts = parse_sealed(sealed, what);
  require_bearable(parts.cost, limits, what);
  const Secret lock = derive_by_scrypt(ask_passphrase(passphrase, what), parts.salt, parts.cost,
                                       crypto_secretbox_KEYBYTES);
  std::string plain(parts.box.size() - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(octets(plain), octets(parts.box), parts.box.size(),
                                 octets(parts.nonce), octets(lock.reveal())) != 0) {
    fail(ErrorKind::denied, "the passphrase does not open {}", what);
  }
  Secret key(plain);
  wipe(plain);
  return key;
}

}  // namespace lade::signing
