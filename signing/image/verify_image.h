#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "signing/image/attached_signature.h"
#include "signing/notation/notary_verify.h"
#include "signing/sigstore/verify.h"
#include "signing/verdict/verdict.h"

namespace lade::signing {

/// What is asked of an image's signatures.
struct ImageVerifyOptions {
  /// Whom to trust of Sigstore bundles and cosign's signatures.
  VerifyOptions verify{};
  /// Whom to trust of Notary Project signatures; nothing: nobody.
  std::optional<NotaryTrust> notary{};
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
  std::string docker_reference{};         ///< the name it was made for; empty: it says none
  std::optional<Verified> verified{};     ///< nothing: not trusted, or of the form `notation`
  std::optional<NotaryVerdict> notary{};  ///< what was found of one of the form `notation`
  std::string reason{};                   ///< why it is not trusted

  bool is_trusted() const { return verified || (notary && notary->is_trusted()); }
};

/// The answer for one manifest.
struct ImageVerification {
  Digest manifest;
  Verdict verdict = Verdict::absent;
  std::string reason{};  ///< of any other verdict than `valid`, or that a policy wants no look
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
