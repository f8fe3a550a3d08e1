#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "signing/x509/certificate.h"

namespace lade::signing {

/// Whose certificates are believed, and from when to when.
struct Authority {
  std::string uri{};
  /// The root last, after its intermediates; a timestamp authority's own certificate may be first.
  std::vector<Certificate> chain{};
  TimeRange valid_for{};

  const Certificate& root() const { return chain.back(); }
  /// The URI, or the subject of the root.
  std::string name() const;
};

/// The certificates from `leaf` to `authority`'s root, as they stood at `time` (RFC 5280, 6.1); no
/// other root than this is believed, and nothing is fetched. `extra` may hold more intermediates.
/// `denied` says which certificate is the trouble and why. Every certificate but the root permits
/// `use`, and the leaf is for it. Revocation is not looked at: these certificates live for minutes.
std::vector<Certificate> build_chain(const Certificate& leaf, std::span<const Certificate> extra,
                                     const Authority& authority, Timestamp time,
                                     CertificateUse use);

}  // namespace lade::signing
