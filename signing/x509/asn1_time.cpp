#include "signing/x509/asn1_time.h"

#include <ctime>

#include "libimage/base/error.h"

namespace lade::signing {

Timestamp time_of(const ASN1_TIME* time, std::string_view what) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    fail(ErrorKind::invalid, "{} has a time that is none", what);
  }
  return {.seconds = timegm(&parts)};
}

}  // namespace lade::signing
