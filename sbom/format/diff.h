#pragma once

#include <string>
#include <vector>

#include "sbom/model/inventory.h"

namespace lade::sbom {

enum class ChangeKind : unsigned char {
  added,
  removed,
  version,  ///< another version
  license   ///< the same version under other terms
};

std::string_view to_string(ChangeKind kind);

/// One package that is not the same in two inventories. What one of them does not have is empty.
struct PackageChange {
  ChangeKind kind = ChangeKind::added;
  PackageType type = PackageType::generic;
  std::string name{};  ///< with its namespace if that is not a distribution's
  std::string architecture{};
  std::string version_before{};
  std::string version_after{};
  std::string license_before{};
  std::string license_after{};
  std::string path{};  ///< where it is first seen; of the later one if there is one

  bool operator==(const PackageChange&) const = default;
};

/// What changed from one inventory to another: sorted by type and name. Where a package is there in
/// several versions, those that only one side has are paired in order.
std::vector<PackageChange> diff(const Inventory& before, const Inventory& after);

/// "+ name version", "- …", "~ name old -> new", a line each, and a last one that counts.
std::string diff_to_text(const std::vector<PackageChange>& changes);
/// A record with `schemaVersion`.
std::string diff_to_json(const std::vector<PackageChange>& changes);

}  // namespace lade::sbom
