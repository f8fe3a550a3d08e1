#pragma once

#include <cstddef>
#include <span>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// The package in an archive of Yarn's cache ("node_modules/NAME/package.json" in a zip); what is
/// bundled in it lies deeper and is contained by it.
void read_yarn_archive(std::span<const std::byte> bytes, Find& find);

}  // namespace lade::sbom
