#pragma once

#include <string>
#include <vector>

#include "signing/notation/trust_policy.h"

namespace lade::signing {

/// Where a store is in the directory of all of them.
std::string trust_store_path(const std::string& directory, const TrustStoreName& store);

/// The certificates of a named store: the files `<directory>/x509/<kind>/<name>/*.pem|crt|cer`, in
/// PEM or DER. Directories in it are passed over. `not_found` if there is no such store, `invalid`
/// for one without certificates, for a symlink, another file, and a certificate that is neither an
/// authority's nor self-signed.
std::vector<Certificate> read_trust_store(const std::string& directory,
                                          const TrustStoreName& store);

}  // namespace lade::signing
