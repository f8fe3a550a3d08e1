#pragma once

#include <string_view>

namespace lade::sbom {

/// How a file is searched for secrets.
enum class FileKind : unsigned char {
  text,    ///< by every rule
  binary,  ///< by rules that are for binary files, too
  opaque   ///< not at all: it is compressed, or pictures, sound, fonts
};

/// By the first bytes, all of them or 8 KiB at least. A NUL makes a file binary.
FileKind kind_of_file(std::string_view head);

}  // namespace lade::sbom
