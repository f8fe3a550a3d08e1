#include "sbom/language/npm_place.h"

#include <algorithm>
#include <string>
#include <vector>

#include "libimage/base/text.h"
#include "sbom/language/test_folder.h"

namespace lade::sbom {
namespace {

constexpr std::string_view modules_folder = "node_modules";

/// How many components of `path` from `at` on name a package: "a", "@scope/a"; 0 if none do.
std::size_t package_length(const std::vector<std::string>& path, std::size_t at) {
  if (at >= path.size() || path[at].empty() || path[at] == modules_folder) return 0;
  if (path[at][0] != '@') return path[at][0] == '.' ? 0 : 1;
  return at + 1 < path.size() && path[at + 1] != modules_folder ? 2 : 0;
}

/// Whether directories stand between a package and a node_modules directory that only its tests or
/// examples use.
bool is_in_tests_of_package(const std::vector<std::string>& path) {
  const auto first = std::find(path.begin(), path.end(), modules_folder);
  for (auto at = static_cast<std::size_t>(first - path.begin()); at < path.size();) {
    if (path[at] == modules_folder) {
      at += 1 + package_length(path, at + 1);
    } else if (is_test_folder(path[at++])) {
      return true;
    }
  }
  return false;
}

}  // namespace

NpmPlace npm_place(std::string_view directory) {
  const std::vector<std::string> path = split(directory, '/');
  if (path.size() == 4 || path.size() == 5) {
    const bool is_debian = directory.starts_with("usr/share/nodejs/");
    if (is_debian && 3 + package_length(path, 3) == path.size()) return NpmPlace::installed;
  }
  const auto last = std::find(path.rbegin(), path.rend(), modules_folder);
  if (last == path.rend()) return NpmPlace::elsewhere;
  const auto behind = static_cast<std::size_t>(path.rend() - last);
  if (behind == path.size() || behind + package_length(path, behind) != path.size()) {
    return NpmPlace::elsewhere;
  }
  return is_in_tests_of_package(path) ? NpmPlace::fixture : NpmPlace::installed;
}

}  // namespace lade::sbom
