#include "libimage/oci/digest.h"

#include <algorithm>
#include <cstring>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

/// Bytes of a hash.
std::size_t hash_size(HashAlgorithm algorithm) {
  return algorithm == HashAlgorithm::sha256 ? 32 : 64;
}

std::optional<HashAlgorithm> find_algorithm(std::string_view name) {
  if (name == "sha256") return HashAlgorithm::sha256;
  if (name == "sha512") return HashAlgorithm::sha512;
  return std::nullopt;
}

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// algorithm ::= component (separator component)*, where the separators are + . _ -
bool is_algorithm_name(std::string_view name) {
  bool after_separator = true;
  for (const char c : name) {
    const bool separator = std::string_view("+._-").find(c) != std::string_view::npos;
    if (!separator && !is_lower_or_digit(c)) return false;
    if (separator && after_separator) return false;
    after_separator = separator;
  }
  return !after_separator;
}

bool is_encoded(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '=' || c == '_' || c == '-';
  });
}

/// Says why `text` is no digest; only called when it is none.
[[noreturn]] void refuse(std::string_view text) {
  constexpr std::size_t shown_limit = 200;
  const std::string shown = printable(text.substr(0, shown_limit));
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    fail(ErrorKind::invalid, "\"{}\" is not a digest: wanted <algorithm>:<hex>", shown);
  }
  const std::string_view name = text.substr(0, colon);
  const std::string_view encoded = text.substr(colon + 1);
  const auto algorithm = find_algorithm(name);
  if (!algorithm) {
    if (is_algorithm_name(name) && is_encoded(encoded)) {
      fail(ErrorKind::unsupported,
           "the digest \"{}\" uses the algorithm {}: only sha256 and sha512 are supported", shown,
           printable(name.substr(0, shown_limit)));
    }
    fail(ErrorKind::invalid, "\"{}\" is not a digest: wanted <algorithm>:<hex>", shown);
  }
  const std::size_t digits = hash_size(*algorithm) * 2;
  if (encoded.size() != digits) {
    fail(ErrorKind::invalid, "the digest \"{}\" has {} characters after the colon: {} takes {}",
         shown, encoded.size(), name, digits);
  }
  fail(ErrorKind::invalid, "the digest \"{}\" must have only the hex digits 0-9 and a-f", shown);
}

}  // namespace

std::string_view to_string(HashAlgorithm algorithm) {
  return algorithm == HashAlgorithm::sha256 ? "sha256" : "sha512";
}

Digest Digest::parse(std::string_view text) {
  const auto digest = try_parse(text);
  if (!digest) refuse(text);
  return *digest;
}

std::optional<Digest> Digest::try_parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto algorithm = find_algorithm(text.substr(0, colon));
  const std::string_view hex = text.substr(colon + 1);
  if (!algorithm || hex.size() != hash_size(*algorithm) * 2 || !is_hex(hex)) {
    return std::nullopt;
  }
  const auto bytes = from_hex(hex);
  return of_hash(*algorithm, *bytes);
}

Digest Digest::of_hash(HashAlgorithm algorithm, std::span<const std::byte> hash) {
  if (hash.size() != hash_size(algorithm)) {
    fail(ErrorKind::internal, "a {} hash has {} bytes, got {}", to_string(algorithm),
         hash_size(algorithm), hash.size());
  }
  Digest digest;
  digest.algorithm_ = algorithm;
  std::copy(hash.begin(), hash.end(), digest.hash_.begin());
  return digest;
}

std::span<const std::byte> Digest::hash() const {
  return std::span(hash_).first(hash_size(algorithm_));
}

std::string Digest::hex() const { return to_hex(hash()); }

std::string Digest::str() const {
  std::string text(to_string(algorithm_));
  return text.append(":").append(hex());
}

}  // namespace lade

std::size_t std::hash<lade::Digest>::operator()(const lade::Digest& digest) const noexcept {
  // any part of a cryptographic hash is as good as the whole
  std::size_t value = 0;
  std::memcpy(&value, digest.hash().data(), sizeof value);
  return value;
}
