#include "libimage/oci/hasher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

#include "libimage/base/error.h"

namespace lade {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// Fetching searches OpenSSL's providers, which costs more than hashing a manifest; hence once per
/// process, on first use, and never freed. Without openssl.cnf: reading it would slow each start.
const EVP_MD* fetch(const char* name) {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  const EVP_MD* fetched = EVP_MD_fetch(nullptr, name, nullptr);
  if (fetched == nullptr) fail(ErrorKind::internal, "OpenSSL has no {}", name);
  return fetched;
}

const EVP_MD* algorithm_of(HashAlgorithm algorithm) {
  if (algorithm == HashAlgorithm::sha512) {
    static const EVP_MD* const sha512 = fetch("SHA512");
    return sha512;
  }
  static const EVP_MD* const sha256 = fetch("SHA256");
  return sha256;
}

}  // namespace

struct Hasher::State {
  HashAlgorithm algorithm;
  std::unique_ptr<EVP_MD_CTX, FreeContext> context;

  void start() {
    if (!context || EVP_DigestInit_ex2(context.get(), algorithm_of(algorithm), nullptr) != 1) {
      fail(ErrorKind::internal, "cannot start a {} hash", to_string(algorithm));
    }
  }
};

Hasher::Hasher(HashAlgorithm algorithm)
    : state_(new State{algorithm, std::unique_ptr<EVP_MD_CTX, FreeContext>(EVP_MD_CTX_new())}) {
  state_->start();
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::span<const std::byte> bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) {
    fail(ErrorKind::internal, "cannot hash {} bytes", bytes.size());
  }
}

void Hasher::update(std::string_view text) { update(std::as_bytes(std::span(text))); }

Digest Hasher::finish() {
  std::array<std::byte, EVP_MAX_MD_SIZE> hash;
  unsigned size = 0;
  if (EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(hash.data()),
                         &size) != 1) {
    fail(ErrorKind::internal, "cannot finish a {} hash", to_string(state_->algorithm));
  }
  state_->start();
  return Digest::of_hash(state_->algorithm, std::span(hash).first(size));
}

Digest digest_of(std::span<const std::byte> bytes, HashAlgorithm algorithm) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

Digest digest_of(std::string_view text, HashAlgorithm algorithm) {
  return digest_of(std::as_bytes(std::span(text)), algorithm);
}

}  // namespace lade
