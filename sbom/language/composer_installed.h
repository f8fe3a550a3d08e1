#pragma once

#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "sbom/model/package.h"

namespace lade::sbom {

/// vendor/composer/installed.json: a list of packages, or since Composer 2 an object that has it in
/// "packages". Those without name and version are left out. `invalid` if it is no JSON or neither.
std::vector<Package> parse_composer_installed(std::string_view text, std::string_view what);

/// One record of installed.json or composer.lock; without name or version it is left empty.
Package composer_package(const Json& record);

}  // namespace lade::sbom
