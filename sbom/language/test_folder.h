#pragma once

#include <string_view>

namespace lade::sbom {

/// Whether a directory of this name, inside of a package, holds tests, their fixtures or examples:
/// what looks like a package there is none that anything runs.
bool is_test_folder(std::string_view name);

}  // namespace lade::sbom
