#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Assembly for catalogers each of whose files lists packages that need one another and nothing
/// else: adds them all, and an edge to every package of the same file that goes by a name that is
/// needed. `names_of` are the names that a package goes by.
void add_listed_packages(const AssemblyView& view, InventoryBuilder& inventory,
                         std::string_view cataloger,
                         const std::function<std::vector<std::string>(const Package&)>& names_of);

}  // namespace lade::sbom
