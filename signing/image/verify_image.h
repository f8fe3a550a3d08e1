#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "signing/image/attached_signature.h"
#include "signing/sigstore/verify.h"
#include "signing/verdict/verdict.h"

namespace lade::signing {

/// What is asked of an image's signatures.
struct ImageVerifyOptions {
  VerifyOptions verify{};
  /// How many different signers must have signed: keys, or identities.
  unsigned threshold = 1;
  /// Attestations of this type instead of signatures; nothing: signatures.
  std::optional<std::string> attestation_type{};
  /// What a predicate must say, in words if it does not; empty: nothing.
  std::function<std::optional<std::string>(const Json& predicate)> condition{};
  /// Names (docker references) a signature may have been made for; empty: any.
  std::function<bool(const std::string& docker_reference)> is_identity{};
};

/// One signature, looked at.
struct CheckedSignature {
  AttachedSignature::Form form = AttachedSignature::Form::bundle;
  std::string place{};
  std::string predicate_type{};
  std::string docker_reference{};      ///< the name it was made for; empty: it says none
  std::optional<Verified> verified{};  ///< nothing: not trusted
  std::string reason{};                ///< why not
};

/// The answer for one manifest.
struct ImageVerification {
  Digest manifest;
  Verdict verdict = Verdict::absent;
  std::string reason{};  ///< of any other verdict than `valid`
  std::vector<CheckedSignature> signatures{};
};

/// Looks at one signature or attestation.
CheckedSignature check_signature(const AttachedSignature& attached, const Digest& manifest,
                                 const ImageVerifyOptions& options);

/// Checks what is attached to a manifest of a source. A source that does not answer is the verdict
/// `unreachable`, not an error; `cancelled` is thrown.
ImageVerification verify_image(ImageSource& source, const Digest& manifest,
                               const ImageVerifyOptions& options);

}  // namespace lade::signing
