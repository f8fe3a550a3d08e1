#pragma once

#include <vector>

#include "sbom/model/inventory.h"

namespace lade::sbom {

/// Several inventories as one. Packages with the same URL (or type, name and version where there is
/// none) at the same places are one, which knows what each of them knows. The first inventory's
/// subject and the first distribution there is are kept; layers are joined by their diff ids. That
/// distributions disagree is a remark. `invalid` if there is nothing to merge.
Inventory merge(const std::vector<Inventory>& inventories);

}  // namespace lade::sbom
