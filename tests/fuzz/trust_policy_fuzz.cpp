// A trust policy of Notation. Whatever the bytes: only lade::Error leaves the parser, and of what
// was read every scope leads to its statement.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "signing/notation/trust_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto policy = lade::signing::parse_trust_policy(bytes, "input");
    for (const auto& statement : policy.statements) {
      for (const auto& scope : statement.scopes) {
        if (policy.select(scope).name != statement.name) std::abort();
      }
    }
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
