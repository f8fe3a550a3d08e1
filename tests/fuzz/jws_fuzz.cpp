// A JWS envelope of a Notary Project signature, and its payload. Whatever the bytes: only
// lade::Error leaves the parsers and the rules that certificates are held against.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "signing/notation/certificate_rules.h"
#include "signing/notation/jws.h"
#include "signing/notation/notary_payload.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto signature = lade::signing::parse_jws(bytes, "input");
    lade::signing::require_signing_chain(signature.certificates);
    lade::signing::parse_notary_payload(signature.payload);
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
