#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

void Cataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  for (const VisibleFind& visible : view.visible(name())) {
    std::vector<std::size_t> handles;
    for (const FoundPackage& found : visible.find->packages) {
      Package package = found.package;
      package.locations = {{visible.find->path, found.inner, visible.layer}};
      handles.push_back(inventory.add(std::move(package)));
    }
    for (std::size_t i = 0; i < handles.size(); ++i) {
      const std::int32_t parent = visible.find->packages[i].parent;
      if (parent < 0) continue;
      inventory.relate(handles.at(static_cast<std::size_t>(parent)), handles[i],
                       RelationKind::contains);
    }
  }
}

}  // namespace lade::sbom
