#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lade::toc_format {

// The file form of a toc: header, records, strings (docs/formats.md, "toc"). All numbers are
// little-endian. This header and that section change together, and `version` with them.

inline constexpr std::string_view magic{"LADETOC\0", 8};
inline constexpr std::uint32_t version = 1;

namespace header {
inline constexpr std::size_t version = 8;
inline constexpr std::size_t record_bytes = 12;
inline constexpr std::size_t checksum = 16;  ///< XXH64 of everything behind it
inline constexpr std::size_t checked_from = 24;
inline constexpr std::size_t count = 24;
inline constexpr std::size_t string_bytes = 32;
inline constexpr std::size_t tar_bytes = 40;
inline constexpr std::size_t diff_id_algorithm = 48;  ///< 0: sha256, 1: sha512
inline constexpr std::size_t zero = 52;
inline constexpr std::size_t diff_id = 56;  ///< 64 bytes, a shorter hash padded with zeros
inline constexpr std::size_t size = 120;
}  // namespace header

namespace record {
inline constexpr std::size_t path_offset = 0;
inline constexpr std::size_t link_offset = 4;
inline constexpr std::size_t xattr_offset = 8;
inline constexpr std::size_t xattr_bytes = 12;
inline constexpr std::size_t path_bytes = 16;
inline constexpr std::size_t link_bytes = 18;
inline constexpr std::size_t mode = 20;
inline constexpr std::size_t type = 22;
inline constexpr std::size_t flags = 23;
inline constexpr std::size_t uid = 24;
inline constexpr std::size_t gid = 28;
inline constexpr std::size_t mtime_seconds = 32;
inline constexpr std::size_t mtime_nanoseconds = 40;
inline constexpr std::size_t device_major = 44;
inline constexpr std::size_t device_minor = 48;
inline constexpr std::size_t zero = 52;
inline constexpr std::size_t size_bytes = 56;
inline constexpr std::size_t data_offset = 64;
inline constexpr std::size_t content_hash = 72;
inline constexpr std::size_t size = 104;
}  // namespace record

enum Flag : std::uint8_t {
  flag_whiteout = 1,
  flag_opaque = 2,
  flag_implied = 4,
  flag_hash = 8,
  flag_link_below = 16,
  flag_all = 31
};

inline constexpr std::uint64_t no_data_offset = UINT64_MAX;
inline constexpr std::size_t hash_bytes = 32;

}  // namespace lade::toc_format
