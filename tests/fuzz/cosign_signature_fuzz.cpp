// A file with a signature of cosign's, and the payload of one. Whatever the bytes: only lade::Error
// leaves the parsers, and a payload that was read is read the same after having been written.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "signing/sigstore/cosign_signature.h"

namespace {

void parse_payload(std::string_view bytes) {
  const auto claim = lade::signing::parse_simple_signing(bytes, "input");
  const std::string written = to_bytes(claim);
  if (to_bytes(lade::signing::parse_simple_signing(written, "written")) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    if (const auto signature = lade::signing::parse_signature_file(bytes, "input")) {
      parse_payload(signature->payload);
    } else {
      parse_payload(bytes);
    }
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
