#pragma once

#include <openssl/asn1.h>

#include <string_view>

#include "libimage/base/time.h"

namespace lade::signing {

/// A UTCTime or GeneralizedTime, in whole seconds; `invalid`, naming `what`, if it is none.
Timestamp time_of(const ASN1_TIME* time, std::string_view what);

}  // namespace lade::signing
