// manifest.json of a docker-archive. Whatever the bytes: only lade::Error leaves the parser, every
// image it lists can be chosen, and what was read is read the same after having been written.
#include <cstdint>

#include "libimage/transport/docker_archive_items.h"
#include "tests/fuzz/defect.h"

using namespace lade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  without_defect([&] {
    const auto items = parse_docker_archive_items(bytes, "input");
    for (std::size_t i = 0; i < items.size(); ++i) {
      require(&choose_item(items, {.path = "p", .source_index = i}, "input") == &items[i]);
    }
    for (const std::string& name : item_names(items)) {
      without_defect([&] { choose_item(items, parse_docker_archive_path("p:" + name), "input"); });
    }
    const std::string written = serialize(items);
    require(serialize(parse_docker_archive_items(written, "written")) == written);
  });
  return 0;
}
