#pragma once

#include <optional>
#include <string_view>

#include "sbom/model/package.h"

namespace lade::sbom {

/// The gem that a specification tells of, by the literals in it; nothing is run. RubyGems writes
/// them with a "# stub:" line, whose name, version and platform go before those of the assignments;
/// specifications that people write are understood as far as they use literals. Nothing without a
/// name and a version. `depends` are the gems needed to run it.
std::optional<Package> parse_gemspec(std::string_view text);

}  // namespace lade::sbom
