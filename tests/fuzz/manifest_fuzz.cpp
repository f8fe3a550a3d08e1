// The documents that registries send. Whatever the bytes: only lade::Error leaves the parsers, and
// what was read once is read the same after having been written.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "libimage/oci/config.h"
#include "libimage/oci/index.h"
#include "libimage/oci/manifest.h"

namespace {

using namespace lade;

/// Runs `parse`; the value must survive a round trip.
template <class Parse>
void round_trip(std::string_view bytes, Parse parse) {
  std::string written;
  try {
    written = serialize(parse(bytes));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
    return;
  }
  if (serialize(parse(written)) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  round_trip(bytes, [](std::string_view text) { return parse_manifest(text, "", "input"); });
  round_trip(bytes, [](std::string_view text) { return parse_index(text, "", "input"); });
  round_trip(bytes, [](std::string_view text) { return parse_config(text, "input"); });
  try {
    guess_manifest_type(bytes, "input");
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) std::abort();
  }
  return 0;
}
