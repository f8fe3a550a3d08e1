#include "sbom/distribution/database_assembly.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/package_history.h"
#include "sbom/distribution/text_lines.h"

namespace lade::sbom {
namespace {

/// Where a path may lie in truth, or else be listed: /bin is /usr/bin where /usr is merged.
std::string merged_alias(std::string_view path) {
  if (path.starts_with("usr/")) return std::string(path.substr(4));
  return "usr/" + std::string(path);
}

/// Tells the graph who owns the files that packages need.
void provide_files(const std::vector<AddedPackage>& added, DependencyGraph& graph) {
  std::unordered_map<std::string, std::vector<std::string_view>> wanted;
  for (const std::string_view name : graph.missing_files()) {
    const std::string_view path = name.substr(1);
    wanted[std::string(path)].push_back(name);
    wanted[merged_alias(path)].push_back(name);
  }
  if (wanted.empty()) return;
  std::string path;
  for (const AddedPackage& one : added) {
    for_each_line(one.paths, [&](std::string_view line) {
      path = line;
      const auto found = wanted.find(path);
      if (found == wanted.end()) return;
      for (const std::string_view name : found->second) graph.provide(one.handle, name);
    });
  }
}

}  // namespace

std::vector<AddedPackage> add_database(const AssemblyView& view, const VisibleFind& visible,
                                       InventoryBuilder& inventory,
                                       const std::function<void(Package&)>& complete) {
  const Find& find = *visible.find;
  const std::vector<LayerAttribution> attributions =
      attribute_packages(find, view.history(find.cataloger, find.path));
  std::vector<AddedPackage> added;
  added.reserve(find.packages.size());
  for (std::size_t i = 0; i < find.packages.size(); ++i) {
    Package package = find.packages[i].package;
    package.locations = {{find.path, {}, visible.layer}};
    package.introduced_layer = attributions[i].introduced;
    package.changed_layer = attributions[i].changed;
    if (complete) complete(package);
    added.push_back({&find.packages[i].package, inventory.add(std::move(package))});
  }
  return added;
}

void own_paths(const Find& find, std::vector<AddedPackage>& added, InventoryBuilder& inventory) {
  const std::vector<std::string_view> paths = owned_paths_of(find);
  for (std::size_t i = 0; i < added.size(); ++i) {
    added[i].paths = paths[i];
    inventory.own(added[i].handle, paths[i]);
  }
}

void relate_needs(const std::vector<AddedPackage>& added, NeedSyntax syntax,
                  InventoryBuilder& inventory) {
  DependencyGraph graph(syntax);
  for (const AddedPackage& one : added) graph.add(one.handle, *one.package);
  provide_files(added, graph);
  graph.relate(inventory);
}

}  // namespace lade::sbom
