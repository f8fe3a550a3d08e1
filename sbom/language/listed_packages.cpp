#include "sbom/language/listed_packages.h"

#include <unordered_map>
#include <utility>

namespace lade::sbom {
namespace {

/// Where a name is several packages', edges to so many are drawn.
constexpr std::size_t namesake_limit = 8;

}  // namespace

void add_listed_packages(const AssemblyView& view, InventoryBuilder& inventory,
                         std::string_view cataloger,
                         const std::function<std::vector<std::string>(const Package&)>& names_of) {
  for (const VisibleFind& visible : view.visible(cataloger)) {
    std::unordered_map<std::string, std::vector<std::size_t>> by_name;
    std::vector<std::size_t> handles;
    for (const FoundPackage& found : visible.find->packages) {
      Package package = found.package;
      package.locations = {{visible.find->path, found.inner, visible.layer}};
      attribute_layers(package, view, cataloger, visible.find->path);
      handles.push_back(inventory.add(std::move(package)));
      for (const std::string& name : names_of(found.package)) {
        std::vector<std::size_t>& known = by_name[name];
        if (known.size() < namesake_limit) known.push_back(handles.back());
      }
    }
    for (std::size_t i = 0; i < handles.size(); ++i) {
      for (const std::string& needed : visible.find->packages[i].package.depends) {
        const auto known = by_name.find(needed);
        if (known == by_name.end()) continue;
        for (const std::size_t other : known->second) {
          if (other != handles[i]) inventory.relate(handles[i], other, RelationKind::depends_on);
        }
      }
    }
  }
}

}  // namespace lade::sbom
