#pragma once

#include <string>
#include <string_view>

#include "signing/notation/notary_signature.h"

namespace lade::signing {

/// The COSE envelope (signature-envelope-cose.md): a tagged COSE_Sign1 (RFC 9052, 4.2). Hash
/// envelopes, whose payload is the hash of a file, are `unsupported`. Errors as of
/// parse_notary_signature.
NotarySignature parse_cose(std::string_view bytes, std::string_view what);

/// What a COSE_Sign1 signature is over (RFC 9052, 4.4, Sig_structure), without external data.
std::string cose_signed_bytes(std::string_view protected_header, std::string_view payload);

}  // namespace lade::signing
