#pragma once

#include <string>
#include <vector>

#include "signing/keyless/identity_token.h"
#include "signing/keyless/web_client.h"
#include "signing/keys/signer.h"
#include "signing/x509/certificate.h"

namespace lade::signing {

/// Has Fulcio (fulcio.proto, `POST /api/v2/signingCert`) issue a certificate for `key` to whom the
/// token is about; the key proves itself by a signature of that name. The certificate comes first,
/// then those between it and Fulcio's root, which may be the last. Promises of transparency logs
/// are in it, if anywhere that lasts.
///
/// `denied` if Fulcio does not take the token or would get it over plain http; `corrupt` for an
/// answer that cannot be read, or whose certificate is for another key or not one to sign with.
std::vector<Certificate> request_certificate(WebClient& client, const std::string& url,
                                             const IdentityToken& token, Signer& key);

}  // namespace lade::signing
