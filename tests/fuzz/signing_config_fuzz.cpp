// A signing configuration. Whatever the bytes: only lade::Error leaves the reader, and every log
// that was chosen speaks a version that is known.
#include <cstdint>

#include "signing/keyless/signing_config.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  lade::without_defect([&] {
    const auto services = lade::signing::choose_services(bytes, "input", {.seconds = 1800000000});
    for (const auto& log : services.logs) {
      lade::require(log.api_version == 1 || log.api_version == 2);
    }
  });
  return 0;
}
