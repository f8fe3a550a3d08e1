#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "signing/sigstore/simple_signing.h"
#include "signing/sigstore/verify.h"

namespace lade::signing {

/// A signature as cosign keeps it beside an image (cosign/specs/SIGNATURE_SPEC.md): a layer of the
/// image tagged `sha256-….sig` or `.att`, and annotations of the layer.
struct CosignSignature {
  static constexpr std::string_view simple_signing_type =
      "application/vnd.dev.cosign.simplesigning.v1+json";
  static constexpr std::string_view envelope_type = "application/vnd.dsse.envelope.v1+json";
  static constexpr std::string_view signature_key = "dev.cosignproject.cosign/signature";
  static constexpr std::string_view bundle_key = "dev.sigstore.cosign/bundle";
  static constexpr std::string_view certificate_key = "dev.sigstore.cosign/certificate";
  static constexpr std::string_view chain_key = "dev.sigstore.cosign/chain";
  static constexpr std::string_view timestamp_key = "dev.sigstore.cosign/rfc3161timestamp";

  std::string payload{};  ///< the layer
  SignedMaterial material{};
};

/// `media_type` is the layer's. `invalid` says which annotation is missing or wrong, `unsupported`
/// names a type of layer that is neither a signature nor an attestation.
CosignSignature parse_cosign_signature(std::string_view media_type, std::string payload,
                                       const std::map<std::string, std::string>& annotations);

/// What belongs to a layer with a signature of its bytes. `unsupported` for a log entry without a
/// promise (SET), of Rekor v2, which cosign's annotations have no place for; `invalid` for a second
/// entry or timestamp.
std::map<std::string, std::string> annotations_of(const SignedMaterial& material);

/// The form that images in directories (`dir:`) and sigstore's lookaside keep it in: a NUL,
/// "sigstore-json", a line feed, and JSON with mimeType, payload and annotations. Nothing if the
/// bytes do not begin so (GPG's signatures do not); `invalid` if they go on wrongly.
std::optional<CosignSignature> parse_signature_file(std::string_view bytes, std::string_view what);

/// What a good signature beside an image says.
struct VerifiedImage {
  Verified verified;
  std::optional<SimpleSigning> claim{};  ///< of a signature; an attestation has a statement instead
};

/// Checks the signature as `verify` does, and that it is about the manifest with this digest.
VerifiedImage verify(const CosignSignature& signature, const Digest& manifest,
                     const VerifyOptions& options);

/// Rekor's answer as cosign keeps it ("dev.sigstore.cosign/bundle"): a promise, the entry's body,
/// its index, log and time.
LogEntry parse_rekor_bundle(const Json& json, std::string_view what);
/// {"SignedRFC3161Timestamp": base64}, as cosign writes timestamps into annotations and files.
std::string parse_timestamp_json(std::string_view bytes, std::string_view what);
std::string timestamp_json(std::string_view response);

}  // namespace lade::signing
