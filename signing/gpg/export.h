#pragma once

#include <string>
#include <vector>

namespace lade::signing {

/// Public keys of a user's gpg, by fingerprint, as a key ring. `not_found` if it has none of them.
/// `home` is gpg's home directory; empty leaves it to gpg.
std::string export_gpg_keys(const std::vector<std::string>& fingerprints, const std::string& home);

}  // namespace lade::signing
