#pragma once

#include <string_view>
#include <vector>

#include "sbom/model/package.h"

namespace lade::sbom {

/// Adds what a package's own metadata says of its licence, as SPDX and as written if that is
/// something else; nothing for a field that says nothing ("UNKNOWN").
void add_declared_license(std::vector<LicenseClaim>& claims, std::string_view written);

}  // namespace lade::sbom
