#pragma once

#include <string>
#include <string_view>

#include "libimage/oci/descriptor.h"

namespace lade::signing {

/// What begins names of annotations that only the specification may give.
inline constexpr std::string_view notary_reserved_prefix = "io.cncf.notary";

/// The payload of a signature (signature-specification.md, "Payload"): the manifest that is signed,
/// with what the signer says beside it as its annotations. `invalid` for a reserved one.
std::string notary_payload_of(const Descriptor& target);
/// `invalid` says what is wrong.
Descriptor parse_notary_payload(std::string_view payload);

}  // namespace lade::signing
