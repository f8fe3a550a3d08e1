#pragma once

#include <string_view>
#include <vector>

#include "sbom/model/package.h"

namespace lade::sbom {

/// Adds what a package's own metadata says of its licence; nothing for a blank field or one that
/// says that it does not know ("UNKNOWN").
void add_declared_license(std::vector<LicenseClaim>& claims, std::string_view written);

}  // namespace lade::sbom
