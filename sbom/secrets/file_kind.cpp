#include "sbom/secrets/file_kind.h"

#include <algorithm>
#include <array>

namespace lade::sbom {
namespace {

using namespace std::string_view_literals;

/// What stands at the beginning of files in which nothing can be read as it is.
constexpr std::array opaque_magics{
    "\x1F\x8B\x08"sv,        // gzip
    "\x1F\x9D"sv,            // compress
    "\xFD\x37zXZ\0"sv,       // xz
    "\x28\xB5\x2F\xFD"sv,    // zstd
    "\x04\x22\x4D\x18"sv,    // lz4
    "7z\xBC\xAF\x27\x1C"sv,  // 7-zip
    "Rar!\x1A\x07"sv,        // rar
    "PK\x03\x04"sv,          // zip, jar, wheel, office documents
    "PK\x05\x06"sv,          // an empty one
    "LZIP\1"sv,              // lzip
    "!<arch>\ndebian-binary"sv,
    "\xED\xAB\xEE\xDB"sv,  // rpm
    "hsqs"sv,              // squashfs
    "PACK\0\0\0"sv,        // git
    "\x89PNG\r\n"sv,
    "\xFF\xD8\xFF"sv,  // JPEG
    "GIF87a"sv,
    "GIF89a"sv,
    "\0\0\1\0"sv,  // icons
    "II*\0"sv,     // TIFF
    "MM\0*"sv,
    "OggS"sv,
    "fLaC"sv,
    "ID3\2"sv,
    "ID3\3"sv,
    "ID3\4"sv,
    "\x1A\x45\xDF\xA3"sv,  // Matroska
    "wOFF"sv,
    "wOF2"sv,
    "OTTO"sv,        // OpenType
    "\0\1\0\0\0"sv,  // TrueType
    "%PDF-"sv,
};

/// bzip2's first block begins with pi, behind its level.
bool is_bzip2(std::string_view head) {
  return head.starts_with("BZh") && head.size() >= 10 && head.substr(4, 6) == "1AY&SY";
}

bool is_media_container(std::string_view head) {
  if (head.starts_with("RIFF") && head.size() >= 12) {
    const std::string_view form = head.substr(8, 4);
    return form == "WEBP" || form == "WAVE" || form == "AVI ";
  }
  return head.size() >= 8 && head.substr(4, 4) == "ftyp";
}

}  // namespace

FileKind kind_of_file(std::string_view head) {
  const auto begins = [&](std::string_view magic) { return head.starts_with(magic); };
  if (std::any_of(opaque_magics.begin(), opaque_magics.end(), begins) || is_bzip2(head) ||
      is_media_container(head)) {
    return FileKind::opaque;
  }
  const bool has_nul = head.substr(0, 8192).find('\0') != std::string_view::npos;
  return has_nul ? FileKind::binary : FileKind::text;
}

}  // namespace lade::sbom
