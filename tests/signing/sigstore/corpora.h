#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "libimage/base/file.h"

namespace lade::signing {

/// The signatures of other projects, wherever they are; tests of them say so where they are not.
inline std::filesystem::path corpora() {
  const char* given = std::getenv("LADE_CORPORA");
  return given != nullptr ? given : LADE_CORPORA_DEFAULT;
}

inline std::string file(const std::filesystem::path& path) {
  return read_file(path.string(), std::uint64_t{16} << 20);
}

}  // namespace lade::signing
