#pragma once

#include <string_view>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// The packages of the list that a distroless image of Azure Linux has in place of a database
/// (var/lib/rpmmanifest/container-manifest-2): a line for each, with fields between tabs.
Find parse_rpm_manifest(std::string_view text);

}  // namespace lade::sbom
