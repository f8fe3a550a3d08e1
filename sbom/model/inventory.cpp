#include "sbom/model/inventory.h"

#include <algorithm>

namespace lade::sbom {

std::string_view to_string(RelationKind kind) {
  switch (kind) {
    case RelationKind::depends_on:
      return "depends-on";
    case RelationKind::owned_by:
      return "owned-by";
    case RelationKind::contains:
      return "contains";
    case RelationKind::described_by:
      return "described-by";
  }
  return "depends-on";
}

std::optional<std::size_t> find_package(const Inventory& inventory, std::string_view id) {
  const auto found = std::find_if(inventory.packages.begin(), inventory.packages.end(),
                                  [&](const Package& package) { return package.id == id; });
  if (found == inventory.packages.end()) return std::nullopt;
  return static_cast<std::size_t>(found - inventory.packages.begin());
}

}  // namespace lade::sbom
