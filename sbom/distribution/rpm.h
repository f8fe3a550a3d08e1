#pragma once

#include <memory>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Packages that rpm installed: its database in any of the forms it had (SQLite, ndb, Berkeley DB),
/// and the lists of distroless images that have none.
std::shared_ptr<const Cataloger> make_rpm_cataloger();

}  // namespace lade::sbom
