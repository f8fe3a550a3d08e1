// The documents that registries send. Whatever the bytes: only lade::Error leaves the parsers, and
// what was read once is read the same after having been written.
#include <cstdint>
#include <optional>

#include "libimage/oci/config.h"
#include "libimage/oci/index.h"
#include "libimage/oci/manifest.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;

/// The value that `parse` reads must survive a round trip.
template <class Parse>
void round_trip(std::string_view bytes, Parse parse) {
  std::optional<std::string> written;
  without_defect([&] { written = serialize(parse(bytes)); });
  if (written) require(serialize(parse(*written)) == *written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  round_trip(bytes, [](std::string_view text) { return parse_manifest(text, "", "input"); });
  round_trip(bytes, [](std::string_view text) { return parse_index(text, "", "input"); });
  round_trip(bytes, [](std::string_view text) { return parse_config(text, "input"); });
  without_defect([&] { guess_manifest_type(bytes, "input"); });
  return 0;
}
