#pragma once

#include "libimage/image/attach.h"
#include "signing/attest/statement.h"

namespace lade::signing {

/// A statement that nobody signed, as the artifact it is attached as: one layer, whose annotation
/// names the predicate's type, as BuildKit's attestation manifests have it.
inline constexpr std::string_view predicate_type_key = "in-toto.io/predicate-type";

AttachedManifest author_unsigned(const Statement& statement, const Descriptor& subject);

}  // namespace lade::signing
