#pragma once

#include <memory>
#include <optional>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Reads os-release(5) files; what they say is the inventory's distribution, no package.
std::shared_ptr<const Cataloger> make_os_release_cataloger();

/// What etc/os-release says, else usr/lib/os-release (os-release(5), "DESCRIPTION").
std::optional<Distribution> find_distribution(const AssemblyView& view);

}  // namespace lade::sbom
