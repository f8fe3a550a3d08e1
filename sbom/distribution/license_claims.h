#pragma once

#include <string_view>
#include <vector>

#include "sbom/model/package.h"

namespace lade::sbom {

/// The claim that a field of a package's record makes; none for an empty one.
std::vector<LicenseClaim> declared_claims(std::string_view written);

/// The claims of a package's copyright file (Debian's, DEP-5 or prose).
std::vector<LicenseClaim> copyright_claims(std::string_view text);

}  // namespace lade::sbom
