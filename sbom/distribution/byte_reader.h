#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "libimage/base/error.h"

namespace lade::sbom {

/// Integers at any place of foreign bytes, in the byte order of their writer.
class ByteReader {
 public:
  enum class Order : unsigned char { little, big };

  ByteReader(std::span<const std::byte> bytes, Order order) : bytes_(bytes), order_(order) {}

  std::size_t size() const { return bytes_.size(); }

  /// `corrupt` if it is not all there.
  template <std::unsigned_integral T>
  T load(std::size_t at) const {
    const std::span<const std::byte> bytes = range(at, sizeof(T));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const std::size_t from = order_ == Order::big ? i : sizeof(T) - 1 - i;
      value = value << 8U | std::to_integer<std::uint64_t>(bytes[from]);
    }
    return static_cast<T>(value);
  }

  /// `length` bytes from `at` on; `corrupt` if they are not all there.
  std::span<const std::byte> range(std::size_t at, std::size_t length) const {
    if (at > bytes_.size() || bytes_.size() - at < length) {
      fail(ErrorKind::corrupt, "{} bytes at {} lie behind the end, which is at {}", length, at,
           bytes_.size());
    }
    return bytes_.subspan(at, length);
  }

 private:
  std::span<const std::byte> bytes_;
  Order order_;
};

}  // namespace lade::sbom
