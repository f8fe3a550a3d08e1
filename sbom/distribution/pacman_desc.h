#pragma once

#include <optional>
#include <string_view>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// The package of a directory of pacman's local database: its file "desc", sections of a name
/// between percent signs and a line for each value.
Find parse_pacman_desc(std::string_view text);
/// What the file "files" beside it says that the package owns, as Find::owned_paths.
Find parse_pacman_files(std::string_view text);

}  // namespace lade::sbom
