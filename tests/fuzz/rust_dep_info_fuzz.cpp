// Any bytes are a list of crates, packed or not, or an error; every edge of a list leads inside.
#include <cstdint>
#include <string_view>

#include "libimage/base/fd.h"
#include "sbom/binary/rust_dep_info.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;
using namespace lade::sbom;

void require_edges(const std::vector<RustCrate>& crates) {
  for (const RustCrate& crate : crates) {
    for (const std::size_t to : crate.dependencies) require(to < crates.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  without_defect([&] { require_edges(parse_rust_dep_info(as_bytes(text))); });
  without_defect([&] { require_edges(parse_rust_dep_json(text)); });
  return 0;
}
