// Any bytes are a database of rpm in one of its forms, or end in a problem, and no header is read
// from behind their end.
#include <cstddef>
#include <cstdint>

#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/rpm_database.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  const lade::sbom::Find find = lade::sbom::parse_rpm_database(bytes);
  lade::require(lade::sbom::owned_paths_of(find).size() == find.packages.size());
  lade::sbom::count_logged_pages(bytes);
  return 0;
}
