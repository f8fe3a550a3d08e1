// A trusted root. Whatever the bytes: only lade::Error leaves the parser, and every authority that
// was read has a root.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "signing/sigstore/trusted_root.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto root = lade::signing::parse_trusted_root(bytes, "input");
    for (const auto& authority : root.certificate_authorities) authority.name();
    for (const auto& log : root.logs) {
      if (root.find_log(log.log_id) == nullptr || log.name().empty()) std::abort();
    }
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
