#pragma once

#include "signing/policy/policy.h"
#include "signing/policy/strict_object.h"

namespace lade::signing {

/// One requirement; `where` is its path in the file. `invalid` as parse_policy has it.
Requirement parse_requirement(const Json& json, const std::string& where);
/// "signedIdentity" and "baseLayerIdentity".
IdentityMatch parse_identity_match(const Json& json, const std::string& where);
SigstoreSigned parse_sigstore_signed(StrictObject& object);
/// The member "signedIdentity", or what stands for it if it is absent.
IdentityMatch parse_signed_identity(StrictObject& object);

}  // namespace lade::signing
