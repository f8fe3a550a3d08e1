// Any bytes are packages with names and the normalised paths that they own, or faults.
#include <cstddef>
#include <cstdint>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/distribution/apk_installed.h"
#include "sbom/distribution/package_collector.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lade::without_defect([&] {
    const lade::sbom::Find find = lade::sbom::parse_apk_installed(
        std::string_view(reinterpret_cast<const char*>(data), size));
    for (const lade::sbom::FoundPackage& found : find.packages) {
      lade::require(!found.package.name.empty());
    }
    for (const std::string_view paths : lade::sbom::owned_paths_of(find)) {
      lade::require(paths.empty() || paths.back() == '\n');
      for (const std::string& path : lade::split(paths, '\n')) {
        lade::require(lade::normalize_layer_path(path) == path);
      }
    }
  });
  return 0;
}
