#pragma once

#include <optional>
#include <string_view>

#include "sbom/license/spdx_expression.h"

namespace lade::sbom {

/// What one name, as packages write it, stands for: an id or a name of the SPDX licence list with
/// whatever case, blanks and dashes; "Apache License, Version 2.0", "GPLv2+", "LGPL-2.1+", "Expat",
/// "MIT/X11"; short names of Debian (DEP-5), Fedora, Alpine and npm; classifiers of Python
/// ("License
/// :: OSI Approved :: …"); addresses of licences that Maven names. Nothing for what is unknown or
/// could be several: "BSD", "GPL", "Apache".
std::optional<SpdxExpression> find_license_alias(std::string_view name);

}  // namespace lade::sbom
