#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// Whether a file of this name is an archive of Java's: jar, war, ear and their kin.
bool is_java_archive(std::string_view file_name);

/// Adds to `find` the package that an archive is, those shaded into it, and those of the archives
/// in it, at most five deep. What cannot be read, and where a limit ended the reading, becomes the
/// find's problem; the rest stays. `corrupt` if the bytes are no zip archive.
void read_java_archive(std::span<const std::byte> bytes, std::string_view file_name, Find& find);

}  // namespace lade::sbom
