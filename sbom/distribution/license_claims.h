#pragma once

#include <string_view>
#include <vector>

#include "sbom/model/package.h"

namespace lade::sbom {

/// The claim that a field of a package's record makes; none for one that says nothing.
std::vector<LicenseClaim> declared_claims(std::string_view written);

/// The claims of a Debian package's copyright file, machine-readable or not: first that of most of
/// the package ("Files: *" or the header), then, if there is more, of all that it names together.
std::vector<LicenseClaim> copyright_claims(std::string_view text);

}  // namespace lade::sbom
