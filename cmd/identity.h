#pragma once

#include <string>

#include "cmd/session.h"
#include "signing/keyless/identity_token.h"
#include "signing/keyless/web_client.h"

namespace lade::cmd {

/// The identity token to sign with: `given`, which is one or names a file with one, or else what
/// the environment has (token_source.h), or the file that cosign looks for,
/// /var/run/sigstore/cosign/oidc-token. `not_found` says where was looked; `denied` if it is no
/// good any more.
signing::IdentityToken find_identity(const Session& session, signing::WebClient& client,
                                     const std::string& given, const std::string& audience);

}  // namespace lade::cmd
