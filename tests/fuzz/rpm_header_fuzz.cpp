// Any bytes are a header of a package, or refused; whatever a header says can be asked for.
#include <cstddef>
#include <cstdint>

#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/rpm_header.h"
#include "sbom/distribution/rpm_package.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  lade::sbom::PackageCollector collector;
  lade::require(lade::sbom::add_rpm_package(bytes, collector));
  const lade::sbom::Find find = collector.take();
  lade::require(lade::sbom::owned_paths_of(find).size() == find.packages.size());
  lade::without_defect([&] {
    const auto header = lade::sbom::RpmHeader::parse(bytes);
    for (std::uint32_t tag = 0; tag < 6000; ++tag) {
      const auto known = static_cast<lade::sbom::RpmTag>(tag);
      header.text(known);
      header.texts(known);
      header.number(known);
      header.numbers(known);
      header.binary(known);
    }
  });
  return 0;
}
