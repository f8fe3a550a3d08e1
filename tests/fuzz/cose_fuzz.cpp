// A COSE envelope of a Notary Project signature. Whatever the bytes: only lade::Error leaves the
// parsers and the rules that certificates are held against.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "signing/notation/cbor_reader.h"
#include "signing/notation/certificate_rules.h"
#include "signing/notation/cose.h"

namespace {

template <class Body>
void attempt(Body body) {
  try {
    body();
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  attempt([&] {
    lade::signing::CborReader reader(bytes, "input");
    reader.skip();
    reader.require_end();
  });
  attempt([&] {
    const auto signature = lade::signing::parse_cose(bytes, "input");
    lade::signing::require_signing_chain(signature.certificates);
  });
  return 0;
}
