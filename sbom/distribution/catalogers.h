#pragma once

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Adds those that read what package managers of distributions keep: dpkg, apk, rpm, pacman, opkg,
/// Chisel.
void add_distribution_catalogers(Catalogers& list);

}  // namespace lade::sbom
