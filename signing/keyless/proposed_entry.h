#pragma once

#include <string_view>

#include "libimage/base/json.h"
#include "signing/sigstore/artifact.h"
#include "signing/sigstore/log_body.h"
#include "signing/sigstore/signed_material.h"

namespace lade::signing {

/// What Rekor v1 is asked to enter: hashedrekord or dsse, 0.0.1.
Json proposed_v1(const SignedMaterial& material, const Artifact& artifact, const SignerKey& signer,
                 std::string_view signature);
/// What Rekor v2 is: hashedRekordRequestV002, also of an envelope, by the hash of what its
/// signature is over.
Json proposed_v2(const SignedMaterial& material, const Artifact& artifact, const SignerKey& signer,
                 std::string_view signature);

}  // namespace lade::signing
