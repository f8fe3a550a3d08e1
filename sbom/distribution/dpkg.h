#pragma once

#include <memory>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Packages that dpkg installed: its status file, the fragments of it that distroless images have
/// (var/lib/dpkg/status.d), the lists of what packages own, and their copyright files.
std::shared_ptr<const Cataloger> make_dpkg_cataloger();

}  // namespace lade::sbom
