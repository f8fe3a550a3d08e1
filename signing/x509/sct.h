#pragma once

#include <span>
#include <string>
#include <vector>

#include "signing/x509/certificate.h"

namespace lade::signing {

/// A certificate transparency log (RFC 6962) that is believed.
struct CtLog {
  std::string uri{};
  PublicKey key;
  std::string log_id{};  ///< 32 bytes
  TimeRange valid_for{};
};

/// A log's promise to show a certificate.
struct VerifiedSct {
  std::string log_uri;
  Timestamp time;
};

/// The embedded promises (RFC 6962, 3.2 and 3.3) that `logs` made for `leaf`, which `issuer`
/// issued; one at least. `denied` says why there is none: no promise in the certificate, none by a
/// known log, a signature that is not good, a time when the log was not believed.
std::vector<VerifiedSct> verify_scts(const Certificate& leaf, const Certificate& issuer,
                                     std::span<const CtLog> logs);

}  // namespace lade::signing
