#pragma once

#include <optional>
#include <string>

#include "signing/attest/statement.h"
#include "signing/sigstore/artifact.h"
#include "signing/sigstore/signed_material.h"

namespace lade::signing {

/// What an artifact has to be known by, to check this with a key of such a scheme.
ArtifactNeeds needs_of(const SignedMaterial& material, const PublicKey& key);

/// The bytes of the signature that `key` made: over the artifact itself, or over an envelope.
/// Nothing if it made none of them. `invalid` if the artifact is not known well enough to tell.
std::optional<std::string> find_signature(const SignedMaterial& material, const Artifact& artifact,
                                          const PublicKey& key);

/// What was signed is about this artifact. Returns the statement of an envelope. `denied` says what
/// it is about instead.
std::optional<Statement> require_about(const SignedMaterial& material, const Artifact& artifact);

}  // namespace lade::signing
