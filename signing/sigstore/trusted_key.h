#pragma once

#include <span>

#include "signing/keys/public_key.h"
#include "signing/x509/time_range.h"

namespace lade::signing {

/// A key, and when it is trusted: as of every moment that a log or an authority vouches for, else
/// as of now.
struct TrustedKey {
  // a key alone is one that is always trusted
  TrustedKey(PublicKey of, TimeRange when = {}) : key(std::move(of)), trusted(when) {}

  PublicKey key;
  TimeRange trusted;
};

/// `denied` if `key` is not trusted at all of these moments: by one of the windows that `keys` have
/// for it, should they have several.
void require_trusted_key(const PublicKey& key, std::span<const TrustedKey> keys,
                         std::span<const Timestamp> moments);

}  // namespace lade::signing
