#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lade::sbom {

/// Bytes of a file that says itself in which order its integers stand. Whatever is asked for, no
/// byte outside is touched.
class EndianView {
 public:
  EndianView() = default;
  EndianView(std::span<const std::byte> bytes, bool big_endian)
      : bytes_(bytes), big_endian_(big_endian) {}

  std::span<const std::byte> bytes() const { return bytes_; }
  bool big_endian() const { return big_endian_; }

  /// The integer at `offset`; nothing unless it is wholly inside.
  template <std::unsigned_integral T>
  std::optional<T> find(std::uint64_t offset) const {
    const auto field = slice(offset, sizeof(T));
    if (!field) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const std::byte next = (*field)[big_endian_ ? i : sizeof(T) - 1 - i];
      value = (value << 8U) | std::to_integer<std::uint64_t>(next);
    }
    return static_cast<T>(value);
  }

  /// `size_bytes` from `offset` on; nothing unless they are wholly inside.
  std::optional<std::span<const std::byte>> slice(std::uint64_t offset,
                                                  std::uint64_t size_bytes) const {
    if (offset > bytes_.size() || size_bytes > bytes_.size() - offset) return std::nullopt;
    return bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size_bytes));
  }

 private:
  std::span<const std::byte> bytes_{};
  bool big_endian_ = false;
};

/// The text at `offset` up to its NUL, which must stand within `limit_bytes`.
std::optional<std::string_view> find_c_string(std::span<const std::byte> bytes,
                                              std::uint64_t offset, std::size_t limit_bytes);

}  // namespace lade::sbom
