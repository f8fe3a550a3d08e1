#include "sbom/language/python_place.h"

#include <algorithm>
#include <vector>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/language/test_folder.h"

namespace lade::sbom {

std::string_view module_directory(std::string_view metadata_path) {
  std::string_view directory = parent_path(metadata_path);
  if (directory.ends_with(".egg") && base_name(metadata_path) == "EGG-INFO") {
    directory = parent_path(directory);
  }
  return directory;
}

PythonPlace python_place(std::string_view metadata_path) {
  const std::vector<std::string> path = split(module_directory(metadata_path), '/');
  const auto site = std::find_if(path.rbegin(), path.rend(), [](const std::string& part) {
    return part == "site-packages" || part == "dist-packages";
  });
  if (site == path.rend()) {
    return metadata_path.ends_with(".dist-info") ? PythonPlace::installed : PythonPlace::elsewhere;
  }
  if (site == path.rbegin()) return PythonPlace::installed;
  return std::any_of(site.base(), path.end(), is_test_folder) ? PythonPlace::fixture
                                                              : PythonPlace::vendored;
}

std::string python_version_of_path(std::string_view path) {
  constexpr std::string_view prefix = "python";
  for (const std::string& part : split(path, '/')) {
    if (!part.starts_with(prefix)) continue;
    std::string version = part.substr(prefix.size());
    const std::size_t dot = version.find('.');
    if (dot == std::string::npos || dot == 0) continue;
    if (version.find_first_not_of("0123456789.") == std::string::npos) return version;
  }
  return {};
}

}  // namespace lade::sbom
