// What users write into registries.conf and registries.d: a file is read or refused as invalid, and
// whatever was read can be asked about any image.
#include <cstdint>

#include "registry/config/lookaside.h"
#include "registry/config/pull_sources.h"
#include "registry/config/registries_file.h"
#include "registry/config/short_names.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;
using namespace lade::registry;

constexpr const char* references[] = {"docker.io/library/busybox", "a.io/x/y:1", "b.a.io:5000/x:1",
                                      "localhost/x"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  without_defect([&] {
    RegistriesConfig config;
    RegistriesFile file = parse_registries_file(text, "fuzz.conf");
    config.registries = std::move(file.registries);
    config.search_registries = std::move(file.search_registries);
    for (const char* reference : references) {
      without_defect([&] { require(!pull_sources(config, Reference::parse(reference)).empty()); });
    }
    without_defect([&] { require(!resolve_name("x:1", config, {}).candidates.empty()); });
  });
  without_defect([&] {
    LookasideConfig config;
    add_lookaside_file(config, text, "fuzz.yaml");
    for (const char* reference : references) {
      find_signature_storage(config, Reference::parse(reference), {});
    }
  });
  return 0;
}
