// Any bytes are packages with names, or faults; read as dpkg's and as opkg's.
#include <cstddef>
#include <cstdint>

#include "sbom/distribution/dpkg_status.h"
#include "sbom/distribution/opkg_status.h"
#include "sbom/distribution/package_collector.h"
#include "tests/fuzz/defect.h"

namespace {

void require_names(const lade::sbom::Find& find) {
  for (const lade::sbom::FoundPackage& found : find.packages) {
    lade::require(!found.package.name.empty());
    lade::require(found.package.name.find('\n') == std::string::npos);
  }
  lade::require(lade::sbom::owned_paths_of(find).size() == find.packages.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  require_names(lade::sbom::parse_dpkg_status(text, false));
  require_names(lade::sbom::parse_dpkg_status(text, true));
  require_names(lade::sbom::parse_opkg_status(text));
  return 0;
}
