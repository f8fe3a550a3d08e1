#pragma once

#include <vector>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// The inventory of the image whose layers show `tree` and hold `layers` (lowest first, one each).
/// `subject` is taken as it is.
Inventory assemble(const Catalogers& catalogers, const MergedTree& tree,
                   const std::vector<LayerFinds>& layers, Subject subject);

}  // namespace lade::sbom
