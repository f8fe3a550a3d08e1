#pragma once

#include <string>
#include <string_view>

#include "signing/sigstore/signed_material.h"

namespace lade::signing {

/// What belongs to the signature of a file, in either form that `cosign sign-blob --bundle` has
/// had: a Sigstore bundle (bundle.h), or cosign's own JSON from before (base64Signature, cert,
/// rekorBundle). `invalid`, `unsupported` as parse_bundle.
SignedMaterial parse_blob_bundle(std::string_view bytes, std::string_view what);

/// A signature in a file of its own: base64, as cosign writes it, or the bytes themselves.
std::string parse_detached_signature(std::string_view bytes, std::string_view what);

/// PEM, or base64 of PEM, which is how `cosign sign-blob --output-certificate` writes it.
std::vector<Certificate> parse_certificate_file(std::string_view bytes, std::string_view what);

}  // namespace lade::signing
