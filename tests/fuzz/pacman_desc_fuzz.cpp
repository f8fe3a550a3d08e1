// Any bytes are a package with a name and a version, or a problem.
#include <cstddef>
#include <cstdint>

#include "sbom/distribution/pacman_desc.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const lade::sbom::Find find = lade::sbom::parse_pacman_desc(text);
  lade::require(find.packages.size() == 1 || !find.problem.empty());
  for (const lade::sbom::FoundPackage& found : find.packages) {
    lade::require(!found.package.name.empty() && !found.package.version.empty());
  }
  lade::sbom::parse_pacman_files(text);
  return 0;
}
