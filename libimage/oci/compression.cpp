#include "libimage/oci/compression.h"

namespace lade {

std::string_view to_string(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
    case Compression::xz:
      return "xz";
    case Compression::bzip2:
      return "bzip2";
  }
  return "none";
}

std::optional<Compression> parse_compression(std::string_view text) {
  if (text == "uncompressed") return Compression::none;
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd,
                                        Compression::xz, Compression::bzip2}) {
    if (text == to_string(compression)) return compression;
  }
  return std::nullopt;
}

}  // namespace lade
