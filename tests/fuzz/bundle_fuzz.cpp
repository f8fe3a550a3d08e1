// A Sigstore bundle. Whatever the bytes: only lade::Error leaves the parser, and what was read and
// has a place in version 0.3 is read the same after having been written.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/cosign_blob.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    lade::signing::parse_blob_bundle(bytes, "input");
    const auto bundle = lade::signing::parse_bundle(bytes, "input");
    const std::string written = lade::to_compact(to_json(bundle));
    const auto again = lade::signing::parse_bundle(written, "written");
    if (lade::to_compact(to_json(again)) != written) std::abort();
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
