#include "sbom/distribution/package_history.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lade::sbom {
namespace {

using VersionsByName = std::unordered_map<std::string, std::vector<std::string_view>>;

std::string history_key(const Package& package) {
  return package.name + '\n' + package.architecture;
}

VersionsByName versions_by_name(const Find& find) {
  VersionsByName versions;
  for (const FoundPackage& found : find.packages) {
    versions[history_key(found.package)].push_back(found.package.version);
  }
  for (auto& [key, list] : versions) std::sort(list.begin(), list.end());
  return versions;
}

}  // namespace

std::vector<LayerAttribution> attribute_packages(const Find& shown,
                                                 const std::vector<VisibleFind>& history) {
  std::vector<LayerAttribution> result(shown.packages.size());
  std::vector<bool> is_there(shown.packages.size(), true);
  std::vector<bool> is_same(shown.packages.size(), true);
  auto from = std::find_if(history.rbegin(), history.rend(),
                           [&](const VisibleFind& visible) { return visible.find == &shown; });
  for (; from != history.rend(); ++from) {
    const VersionsByName versions = versions_by_name(*from->find);
    for (std::size_t i = 0; i < shown.packages.size(); ++i) {
      if (!is_there[i]) continue;
      const Package& package = shown.packages[i].package;
      const auto found = versions.find(history_key(package));
      is_there[i] = found != versions.end();
      is_same[i] = is_same[i] && is_there[i] &&
                   std::binary_search(found->second.begin(), found->second.end(), package.version);
      if (is_there[i]) result[i].introduced = from->layer;
      if (is_same[i]) result[i].changed = from->layer;
    }
  }
  return result;
}

}  // namespace lade::sbom
