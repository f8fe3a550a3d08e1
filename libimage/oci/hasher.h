#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "libimage/oci/digest.h"

namespace lade {

/// Computes a digest incrementally (OpenSSL, hardware instructions where there are any). Cheap to
/// make and to reuse: the algorithm is fetched once per process.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm = HashAlgorithm::sha256);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);
  /// The digest of all updates; the hasher then starts anew.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest digest_of(std::span<const std::byte> bytes, HashAlgorithm algorithm = HashAlgorithm::sha256);
Digest digest_of(std::string_view text, HashAlgorithm algorithm = HashAlgorithm::sha256);

}  // namespace lade
