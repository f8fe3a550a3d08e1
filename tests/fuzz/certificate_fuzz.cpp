// A certificate, or a timestamp. Whatever the bytes: only lade::Error leaves the parsers, and a
// certificate that was read can be told about.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "signing/x509/identity.h"
#include "signing/x509/sct.h"
#include "signing/x509/timestamp.h"

namespace {

void tell(const lade::signing::Certificate& certificate) {
  using lade::signing::CertificateUse;
  if (certificate.name().empty()) std::abort();
  certificate.issuer();
  certificate.validity().str();
  certificate.is_for(CertificateUse::code_signing);
  if (!(lade::signing::Certificate::parse_pem(certificate.pem(), "written") == certificate)) {
    std::abort();
  }
  lade::signing::identity_of(certificate).str();
  lade::signing::verify_scts(certificate, certificate, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    tell(lade::signing::Certificate::parse_der(bytes, "input"));
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  try {
    lade::signing::verify_timestamp(bytes, "stamped", {});
  } catch (const lade::Error& error) {
    if (error.kind() == lade::ErrorKind::internal) std::abort();
  }
  return 0;
}
