#pragma once

#include <memory>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Packages that opkg installed (OpenWrt, Yocto): usr/lib/opkg or var/lib/opkg.
std::shared_ptr<const Cataloger> make_opkg_cataloger();

}  // namespace lade::sbom
