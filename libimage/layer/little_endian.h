#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>

namespace lade {

/// An integer as it stands in a file, least significant byte first, at any address.
template <std::integral T>
T load_le(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::endian::native == std::endian::big) {
    T swapped = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) {
      swapped = static_cast<T>((swapped << 8) | ((value >> (8 * i)) & 0xff));
    }
    return swapped;
  }
  return value;
}

template <std::integral T>
void store_le(void* to, T value) {
  const T bytes = load_le<T>(&value);
  std::memcpy(to, &bytes, sizeof bytes);
}

}  // namespace lade
