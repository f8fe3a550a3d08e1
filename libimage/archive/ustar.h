#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace lade::ustar {

inline constexpr std::size_t block_bytes = 512;

/// One header block (POSIX.1-2017, pax, "ustar Interchange Format").
using Block = std::array<char, block_bytes>;

struct Field {
  std::size_t offset;
  std::size_t size;
};
inline constexpr Field name{0, 100};
inline constexpr Field mode{100, 8};
inline constexpr Field uid{108, 8};
inline constexpr Field gid{116, 8};
inline constexpr Field size{124, 12};
inline constexpr Field mtime{136, 12};
inline constexpr Field checksum{148, 8};
inline constexpr Field type{156, 1};
inline constexpr Field link{157, 100};
inline constexpr Field magic{257, 8};
inline constexpr Field user{265, 32};
inline constexpr Field group{297, 32};
inline constexpr Field device_major{329, 8};
inline constexpr Field device_minor{337, 8};
inline constexpr Field prefix{345, 155};

/// The bytes of a field, padding included.
inline std::string_view get(std::span<const char> block, Field field) {
  return {block.data() + field.offset, field.size};
}
/// As much of `text` as the field holds.
void put_text(Block& block, Field field, std::string_view text);
/// Octal with a NUL behind it, or zero if `value` needs more digits; whether it fitted.
bool put_number(Block& block, Field field, std::uint64_t value);
/// Computes and writes the checksum; the last thing done to a header.
void seal(Block& block);

/// Whether the checksum is that of the block, of unsigned or (old tars) of signed bytes.
bool is_sealed(std::span<const char> block);
/// Whether a field holds a number that is not negative: octal between spaces and NULs, or base 256.
bool is_number(std::span<const char> block, Field field);

/// Bytes of padding behind `size_bytes` of contents.
constexpr std::size_t padding_bytes(std::uint64_t size_bytes) {
  return static_cast<std::size_t>((block_bytes - size_bytes % block_bytes) % block_bytes);
}

}  // namespace lade::ustar
