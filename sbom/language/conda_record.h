#pragma once

#include <optional>
#include <string_view>

#include "sbom/model/package.h"

namespace lade::sbom {

/// A file of conda-meta; nothing without name and version. `depends` are names. `invalid` if it is
/// no JSON.
std::optional<Package> parse_conda_record(std::string_view text, std::string_view what);

}  // namespace lade::sbom
