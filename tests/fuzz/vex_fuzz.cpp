// Whatever is read as VEX can be held against an image.
#include <cstdint>
#include <string_view>

#include "libimage/base/error.h"
#include "sbom/triage/vex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade;
  sbom::Inventory inventory{.packages = {{.type = sbom::PackageType::deb,
                                          .name = "a",
                                          .version = "1",
                                          .source_name = "b",
                                          .purl = "pkg:deb/debian/a@1"}}};
  inventory.subject.name = "a.example/app";
  sbom::Matches matches;
  matches.findings = {{.package = 0, .id = "CVE-1"}};
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    sbom::apply_vex(matches, inventory, sbom::read_vex(text, "fuzz"));
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
