#pragma once

#include <string_view>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// The packages of apk's installed database (apk-package(5), "installed"), with the paths that they
/// own as note (owned_paths_of). `unsupported` for the binary form that apk 3 can keep.
Find parse_apk_installed(std::string_view text);

}  // namespace lade::sbom
