#pragma once

#include <memory>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Packages that apk installed (Alpine, Wolfi, OpenWrt): lib/apk/db/installed.
std::shared_ptr<const Cataloger> make_apk_cataloger();

}  // namespace lade::sbom
