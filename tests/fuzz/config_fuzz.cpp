// The configuration of an image. Whatever the bytes: only lade::Error leaves the parser, what was
// read is read the same after having been written, and its times can be told.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "libimage/oci/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const lade::ImageConfig config = lade::parse_config(bytes, "input");
    const std::string written = lade::serialize(config);
    const lade::ImageConfig again = lade::parse_config(written, "written");
    if (lade::serialize(again) != written) std::abort();
    if (again.created != config.created || again.diff_ids != config.diff_ids) std::abort();
    if (again.history.size() != config.history.size()) std::abort();
    if (config.created) lade::to_rfc3339(*config.created);
    if (!config.diff_ids.empty()) lade::chain_id(config.diff_ids);
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
