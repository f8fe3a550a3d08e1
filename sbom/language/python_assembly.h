#pragma once

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Puts the python cataloger's finds together: a package of each metadata directory, what it needs
/// among those that the same interpreter sees, what is vendored in what.
void assemble_python(const AssemblyView& view, InventoryBuilder& inventory);

}  // namespace lade::sbom
