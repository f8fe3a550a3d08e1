// Whatever is read as ignore rules, in either form, can be applied.
#include <cstdint>
#include <string>
#include <string_view>

#include "libimage/base/error.h"
#include "sbom/triage/ignore_rules.h"

namespace {

void use_as(std::string_view text, const std::string& path) {
  using namespace lade;
  const sbom::Inventory inventory{.packages = {{.type = sbom::PackageType::npm,
                                                .name = "a",
                                                .version = "1",
                                                .locations = {{.path = "srv/a"}},
                                                .purl = "pkg:npm/a@1"}}};
  sbom::Matches matches;
  matches.findings = {{.package = 0, .id = "CVE-1"}};
  try {
    sbom::apply_ignores(matches, inventory, sbom::read_ignore_rules(text, path), {});
  } catch (const Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  use_as(text, "a.toml");
  use_as(text, ".trivyignore");
  return 0;
}
