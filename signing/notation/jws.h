#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signing/keys/signer.h"
#include "signing/notation/notary_signature.h"

namespace lade::signing {

/// The JWS envelope (signature-envelope-jws.md): flattened JSON serialization (RFC 7515, 7.2.2).
/// Errors as of parse_notary_signature.
NotarySignature parse_jws(std::string_view bytes, std::string_view what);

/// What a signature says beside the payload.
struct JwsOptions {
  std::vector<Certificate> certificates{};  ///< the signer's first, the root last
  Timestamp now{};
  std::optional<Timestamp> expiry{};
  std::string signing_agent{};  ///< "lade/1.0.0"; empty: none
};

/// An envelope of the scheme notary.x509. `invalid` if the certificates are not the signer's or
/// break the rules of certificate_rules.h or were not valid now.
std::string seal_jws(std::string_view payload, Signer& signer, const JwsOptions& options);

}  // namespace lade::signing
