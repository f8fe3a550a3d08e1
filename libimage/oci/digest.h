#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lade {

enum class HashAlgorithm : unsigned char { sha256, sha512 };

std::string_view to_string(HashAlgorithm algorithm);

/// A content identifier (image-spec 1.1, descriptor.md, "Digests"). Holding one proves that it is
/// well-formed: a known algorithm and the right number of lower-case hex digits.
class Digest {
 public:
  /// "sha256:<64 hex>" or "sha512:<128 hex>"; `invalid` for anything malformed, `unsupported` for
  /// a well-formed digest of an unknown algorithm.
  static Digest parse(std::string_view text);
  static std::optional<Digest> try_parse(std::string_view text);
  /// From the raw hash: 32 or 64 bytes.
  static Digest of_hash(HashAlgorithm algorithm, std::span<const std::byte> hash);

  HashAlgorithm algorithm() const { return algorithm_; }
  std::span<const std::byte> hash() const;
  /// The part after the colon.
  std::string hex() const;
  /// "sha256:…"
  std::string str() const;
  /// The first twelve hex digits, as people read image ids.
  std::string short_hex() const { return hex().substr(0, 12); }

  auto operator<=>(const Digest&) const = default;

 private:
  Digest() = default;
  std::array<std::byte, 64> hash_{};
  HashAlgorithm algorithm_ = HashAlgorithm::sha256;
};

}  // namespace lade

template <>
struct std::hash<lade::Digest> {
  std::size_t operator()(const lade::Digest& digest) const noexcept;
};
