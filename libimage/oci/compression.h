#pragma once

#include <optional>
#include <string_view>

namespace lade {

/// How the bytes of a layer are packed. xz and bzip2 are only ever read.
enum class Compression : unsigned char { none, gzip, zstd, xz, bzip2 };

/// "none", "gzip", "zstd", "xz", "bzip2".
std::string_view to_string(Compression compression);
/// As users write it: also "uncompressed".
std::optional<Compression> parse_compression(std::string_view text);

}  // namespace lade
