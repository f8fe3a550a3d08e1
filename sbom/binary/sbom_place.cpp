#include "sbom/binary/sbom_place.h"

#include <algorithm>
#include <array>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/binary/name_pattern.h"

namespace lade::sbom {

bool is_sbom_path(std::string_view path) {
  constexpr std::string_view names =
      "*.spdx *.spdx.json *.cdx.json *.cdx.xml *.cyclonedx.json *.cyclonedx.xml *.syft.json "
      "bom.json bom.xml sbom.json sbom.xml";
  if (!matches_any_name(names, to_lower(base_name(path)))) return false;
  constexpr std::array<std::string_view, 8> elsewhere = {
      "node_modules", "test", "tests", "testdata", "test-data", "fixtures", "examples", "spec"};
  const std::vector<std::string> rooms = split(parent_path(path), '/');
  return std::none_of(rooms.begin(), rooms.end(), [&](const std::string& room) {
    return std::find(elsewhere.begin(), elsewhere.end(), room) != elsewhere.end();
  });
}

}  // namespace lade::sbom
