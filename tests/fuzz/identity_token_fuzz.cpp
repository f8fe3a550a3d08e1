// An identity token. Whatever the bytes: only lade::Error leaves the reader, and none of them
// repeats a text that is a secret.
#include <cstdint>

#include "signing/keyless/identity_token.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lade::Secret text(std::string_view(reinterpret_cast<const char*>(data), size));
  lade::without_defect([&] {
    const auto token = lade::signing::read_identity_token(text, "input", {.now = {.seconds = 1}});
    lade::require(!token.principal().empty() && !token.issuer.empty());
    lade::require(token.expires.seconds > 1);
  });
  return 0;
}
