#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "sbom/catalog/os_release.h"
#include "sbom/distribution/catalogers.h"
#include "sbom/distribution/package_collector.h"
#include "tests/support/catalog_image.h"

namespace lade::sbom {

inline Catalogers distribution_catalogers() {
  Catalogers list;
  add_distribution_catalogers(list);
  return list;
}

inline Inventory inventory_of(const std::vector<TarBuilder>& layers) {
  return inventory_of(distribution_catalogers(), layers);
}

/// What one cataloger reads out of a file; throws if none of that name wants it.
inline Find find_of(std::string_view cataloger, std::string_view path, std::string_view text) {
  for (const auto& candidate : distribution_catalogers()) {
    if (candidate->name() != cataloger || !candidate->wants(path, text.size())) continue;
    const FileView file{
        .path = path, .mode = 0644, .uid = 0, .size_bytes = text.size(), .content = as_bytes(text)};
    return candidate->read(file).value();
  }
  throw std::runtime_error("nobody wants " + std::string(path));
}

/// "from > to" of every edge of a kind, by the names of the packages, sorted.
inline std::vector<std::string> edges_of(const Inventory& inventory,
                                         RelationKind kind = RelationKind::depends_on) {
  std::vector<std::string> edges;
  for (const Relation& relation : inventory.relations) {
    if (relation.kind != kind) continue;
    edges.push_back(inventory.packages[relation.from].name + " > " +
                    inventory.packages[relation.to].name);
  }
  std::sort(edges.begin(), edges.end());
  return edges;
}

/// "name version" of every package, in their order.
inline std::vector<std::string> versions_of(const Inventory& inventory) {
  std::vector<std::string> lines;
  for (const Package& package : inventory.packages) {
    lines.push_back(package.name + " " + package.version);
  }
  return lines;
}

}  // namespace lade::sbom
