#pragma once

#include <cstddef>
#include <vector>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Where a package came from: the layer from which on it is there, and that of its version.
struct LayerAttribution {
  std::size_t introduced = 0;
  std::size_t changed = 0;
};

/// For each package of `shown`, told by what the database listed before; `history` has its finds in
/// all layers, lowest first, `shown` among them. Every layer that touches a database holds it
/// whole, so a package is older than a layer if the database of a layer below has it already.
std::vector<LayerAttribution> attribute_packages(const Find& shown,
                                                 const std::vector<VisibleFind>& history);

}  // namespace lade::sbom
