#pragma once

#include <string>
#include <string_view>

#include "signing/sigstore/artifact.h"
#include "signing/sigstore/signed_material.h"

namespace lade::signing {

/// Who made a signature: a key, and the certificate that it is in, if it is in one.
struct SignerKey {
  PublicKey key;
  std::optional<Certificate> certificate{};
};

/// The body of a log entry is of this signature by this signer, of this artifact or envelope
/// (Rekor's types hashedrekord 0.0.1 and 0.0.2, dsse 0.0.1 and 0.0.2, intoto 0.0.1 and 0.0.2).
/// `denied` says what differs, `invalid` what cannot be read, `unsupported` names another type.
void require_same(const LogEntry& entry, const SignedMaterial& material, std::string_view signature,
                  const Artifact& artifact, const SignerKey& signer);

}  // namespace lade::signing
