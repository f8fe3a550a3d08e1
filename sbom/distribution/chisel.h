#pragma once

#include <memory>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Slices of Debian packages that Chisel cut: its manifest, which may lie anywhere.
std::shared_ptr<const Cataloger> make_chisel_cataloger();

}  // namespace lade::sbom
