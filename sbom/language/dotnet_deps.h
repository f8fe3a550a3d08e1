#pragma once

#include <string_view>
#include <vector>

#include "sbom/model/package.h"

namespace lade::sbom {

/// The packages that a *.deps.json says an application is made of (dotnet/sdk, "Runtime
/// Configuration Files"). Those of which no file is there count for nothing: restoring names many
/// packages whose assemblies the framework replaces. `depends` leads past them to what they need.
/// `invalid` if it is no JSON or has no libraries.
std::vector<Package> parse_dotnet_deps(std::string_view text, std::string_view what);

}  // namespace lade::sbom
