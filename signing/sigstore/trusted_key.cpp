#include "signing/sigstore/trusted_key.h"

#include <algorithm>
#include <string>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {

void require_trusted_key(const PublicKey& key, std::span<const TrustedKey> keys,
                         std::span<const Timestamp> moments) {
  std::vector<std::string> windows;
  std::vector<std::string> outside;
  for (const TrustedKey& one : keys) {
    if (one.key != key) continue;
    const auto missed = std::find_if(moments.begin(), moments.end(), [&](Timestamp moment) {
      return !one.trusted.contains(moment);
    });
    if (missed == moments.end()) return;
    windows.push_back(one.trusted.str());
    outside.push_back(to_rfc3339(*missed));
  }
  fail(ErrorKind::denied, "the key is trusted {}, and the signature counts as of {}",
       windows.empty() ? "never" : join(windows, " or "),
       outside.empty() ? "now" : outside.front());
}

}  // namespace lade::signing
