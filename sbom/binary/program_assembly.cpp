#include "sbom/binary/program_assembly.h"

#include <utility>

#include "sbom/binary/needed_files.h"

namespace lade::sbom {

std::vector<std::size_t> add_found_packages(const AssemblyView& view, InventoryBuilder& inventory,
                                            std::string_view cataloger,
                                            const VisibleFind& visible) {
  const Find& find = *visible.find;
  std::vector<std::size_t> handles;
  handles.reserve(find.packages.size());
  for (const FoundPackage& found : find.packages) {
    Package package = found.package;
    package.locations = {{find.path, found.inner, visible.layer}};
    attribute_layers(package, view, cataloger, find.path);
    handles.push_back(inventory.add(std::move(package)));
  }
  for (std::size_t i = 0; i < handles.size(); ++i) {
    const std::int32_t parent = find.packages[i].parent;
    if (parent < 0) continue;
    inventory.relate(handles.at(static_cast<std::size_t>(parent)), handles[i],
                     RelationKind::contains);
  }
  return handles;
}

void need_libraries(const AssemblyView& view, InventoryBuilder& inventory, std::size_t handle,
                    const ElfLinking& linking, std::string_view path) {
  for (std::string& file : needed_files(linking, path, view.tree())) {
    inventory.need(handle, std::move(file));
  }
}

}  // namespace lade::sbom
