#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The two files of a provider (docs/formats.md, "vulnerability database"), little-endian. That
/// section and this header change together, and `version` with them.
namespace lade::sbom::database_format {

inline constexpr std::string_view records_magic = "LADEVULN";
inline constexpr std::string_view texts_magic = "LADETEXT";
inline constexpr std::uint32_t version = 1;

/// At the beginning of either file; the offsets of the fields.
namespace header {
inline constexpr std::size_t magic = 0;
inline constexpr std::size_t version = 8;
inline constexpr std::size_t head_checksum =
    16;  ///< XXH64 of the header behind it, and of the info
inline constexpr std::size_t body_checksum = 24;  ///< XXH64 of all that follows the info
inline constexpr std::size_t info_bytes = 32;     ///< ProviderInfo, right behind the header
inline constexpr std::size_t key_count = 40;      ///< key records, right behind the info
inline constexpr std::size_t record_count = 48;   ///< advisory records, right behind the keys
inline constexpr std::size_t size = 56;
}  // namespace header

/// A piece of the file: where it is, how long, and XXH64's lower half.
namespace piece {
inline constexpr std::size_t offset = 0;
inline constexpr std::size_t length = 8;
inline constexpr std::size_t checksum = 12;
inline constexpr std::size_t size = 16;
}  // namespace piece

/// A key (ecosystem, zero byte, name), sorted by bytes, and the block of what is said of it.
namespace key {
inline constexpr std::size_t text = 0;
inline constexpr std::size_t block = piece::size;
inline constexpr std::size_t size = 2 * piece::size;
}  // namespace key

}  // namespace lade::sbom::database_format
