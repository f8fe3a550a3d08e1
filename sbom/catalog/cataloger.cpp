#include "sbom/catalog/cataloger.h"

#include <algorithm>
#include <utility>

namespace lade::sbom {
namespace {

/// The version of the package that a find tells of under its name; null for none.
const std::string* find_version(const Find& find, const Package& wanted) {
  const auto found =
      std::find_if(find.packages.begin(), find.packages.end(), [&](const FoundPackage& candidate) {
        const Package& package = candidate.package;
        return package.type == wanted.type && package.name == wanted.name &&
               package.name_space == wanted.name_space &&
               package.architecture == wanted.architecture;
      });
  return found == find.packages.end() ? nullptr : &found->package.version;
}

}  // namespace

void Cataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  for (const VisibleFind& visible : view.visible(name())) {
    const Find& find = *visible.find;
    std::vector<std::size_t> handles;
    for (const FoundPackage& found : find.packages) {
      Package package = found.package;
      package.locations = {{find.path, found.inner, visible.layer}};
      attribute_layers(package, view, name(), find.path);
      handles.push_back(inventory.add(std::move(package)));
    }
    for (std::size_t i = 0; i < handles.size(); ++i) {
      const std::int32_t parent = find.packages[i].parent;
      if (parent < 0) continue;
      inventory.relate(handles.at(static_cast<std::size_t>(parent)), handles[i],
                       RelationKind::contains);
    }
  }
}

void attribute_layers(Package& package, const AssemblyView& view, std::string_view cataloger,
                      std::string_view path) {
  const std::vector<VisibleFind> history = view.history(cataloger, path);
  if (history.size() == 1) {
    package.introduced_layer = package.changed_layer = history.front().layer;
    return;
  }
  bool there = false;
  const std::string* before = nullptr;
  for (const VisibleFind& find : history) {
    const std::string* version = find_version(*find.find, package);
    if (version != nullptr && !there) package.introduced_layer = find.layer;
    if (version != nullptr && (!there || *version != *before)) package.changed_layer = find.layer;
    there = version != nullptr;
    before = version;
  }
}

}  // namespace lade::sbom
