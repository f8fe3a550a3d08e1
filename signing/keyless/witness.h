#pragma once

#include <optional>
#include <string>
#include <vector>

#include "signing/keyless/rekor.h"
#include "signing/keyless/web_client.h"
#include "signing/sigstore/artifact.h"
#include "signing/sigstore/log_body.h"
#include "signing/sigstore/signed_material.h"
#include "signing/sigstore/trusted_root.h"

namespace lade::signing {

/// Who is to say that a signature was there, and when.
struct Witnesses {
  std::vector<LogService> logs{};
  std::vector<std::string> timestamp_authorities{};  ///< URLs
  /// Whom verifiers believe; nothing: nobody knows yet.
  std::optional<TrustedRoot> trusted_root{};
  /// One of its certificate transparency logs has to have promised the certificate.
  bool require_sct = true;

  /// One of them tells a time that a certificate can be held against.
  bool tell_time() const;
};

/// Asks each of them about a signature that `signer` made, nobody if a log cannot check it
/// (`require_loggable`), and adds what they answer to `material`. With a trusted root, all of it
/// then has to verify as a verifier would want it, certificate and all; without one, every answer
/// at least has to be about this signature, and of a time when the certificate is valid. `corrupt`
/// or `denied` says what is not.
void witness(WebClient& client, const Witnesses& witnesses, SignedMaterial& material,
             const Artifact& artifact, const SignerKey& signer);

}  // namespace lade::signing
