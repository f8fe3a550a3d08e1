#pragma once

#include <memory>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Packages that pacman installed (Arch Linux): var/lib/pacman/local.
std::shared_ptr<const Cataloger> make_pacman_cataloger();

}  // namespace lade::sbom
