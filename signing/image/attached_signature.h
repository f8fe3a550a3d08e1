#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libimage/image/interfaces.h"
#include "signing/notation/notary_signature.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/cosign_signature.h"

namespace lade::signing {

/// What a Sigstore bundle is attached as: its own media types, of which 0.3 is the one written.
bool is_bundle_type(std::string_view artifact_type);

/// A signature or a signed attestation that is attached to a manifest.
struct AttachedSignature {
  enum class Form : unsigned char {
    bundle,   ///< a Sigstore bundle, found by its subject
    cosign,   ///< a layer of what cosign's tags name
    notation  ///< a Notary Project signature, found by its subject
  };

  Form form = Form::bundle;
  std::string place{};           ///< for messages: "sha256:…", "sha256-….sig, layer 2"
  std::string predicate_type{};  ///< of an attestation; empty: a signature
  /// What it says; nothing if it cannot be read.
  std::variant<std::monostate, Bundle, CosignSignature, NotarySignature> content{};
  std::string problem{};  ///< why it cannot be read

  bool is_attestation() const { return !predicate_type.empty(); }
};

/// "bundle", "cosign", "notation".
std::string_view to_string(AttachedSignature::Form form);

/// The predicate type of what cosign 3 signs an image with: no attestation, but a signature.
inline constexpr std::string_view sign_predicate_type = "https://sigstore.dev/cosign/sign/v1";

/// All that are attached to a manifest, each read once; what cannot be read is listed, too. Throws
/// what the source throws if it does not answer.
std::vector<AttachedSignature> read_signatures(ImageSource& source, const Digest& subject);

}  // namespace lade::signing
