#include "sbom/binary/package_databases.h"

#include <array>

namespace lade::sbom {

std::string_view without_epoch(std::string_view version) {
  return version.substr(version.find(':') + 1);
}

std::set<std::pair<std::string, std::string>> installed_packages(const AssemblyView& view) {
  constexpr std::array<std::string_view, 6> databases = {"dpkg",   "apk",  "rpm",
                                                         "pacman", "opkg", "chisel"};
  std::set<std::pair<std::string, std::string>> installed;
  for (const std::string_view database : databases) {
    for (const VisibleFind& visible : view.visible(database)) {
      for (const FoundPackage& found : visible.find->packages) {
        const Package& package = found.package;
        installed.emplace(package.name, without_epoch(package.version));
        if (package.source_name.empty()) continue;
        const std::string& version =
            package.source_version.empty() ? package.version : package.source_version;
        installed.emplace(package.source_name, without_epoch(version));
      }
    }
  }
  return installed;
}

}  // namespace lade::sbom
