#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "libimage/base/time.h"
#include "libimage/oci/digest.h"
#include "signing/policy/policy.h"
#include "signing/policy/scope.h"
#include "signing/sigstore/cosign_signature.h"
#include "signing/verdict/verdict.h"

namespace lade::signing {

/// A signature as it was found beside an image.
struct ImageSignature {
  std::string origin{};  ///< "signature-1", "sha256-….sig, layer 1": for messages
  /// A file's bytes (an OpenPGP message, or cosign's in a file), or a layer of cosign's tag.
  std::variant<std::string, CosignSignature> content{};
};

/// An image that is asked about.
struct PolicyImage {
  PolicySubject subject;
  Digest manifest;  ///< of the bytes that the name stands for; a digest in the name was compared
  /// Its signatures; asked for once, and only if a requirement wants one. What it throws (such as
  /// `unavailable`) ends the decision.
  std::function<std::vector<ImageSignature>()> signatures{};
};

/// What a signature was worth to one requirement.
struct SignatureOutcome {
  std::string origin{};
  bool accepted = false;
  std::string reason{};  ///< by whom and for what it is, or why it does not count
};

/// What became of one requirement.
struct RequirementOutcome {
  std::string type{};  ///< "signedBy"…
  /// `absent` if it wants a signature of its kind and there is none.
  Verdict verdict = Verdict::untrusted;
  std::string reason{};
  std::vector<SignatureOutcome> signatures{};  ///< that were looked at

  bool holds() const { return verdict == Verdict::valid; }
};

/// What a policy says of an image, and why.
struct Decision {
  bool allowed = false;
  std::string transport{};  ///< whose scope decided; empty for the policy's default
  std::string scope{};      ///< empty for a default
  std::vector<RequirementOutcome> requirements{};  ///< all of them, in their order

  /// "the scope \"example.com\" of docker", "the default of docker", "the default".
  std::string rule() const;
  /// Why not, in a line; empty if allowed.
  std::string objection() const;
};

struct DecideOptions {
  std::string temporary_directory = "/tmp";
  Timestamp now{};  ///< for certificates that nobody vouches a time for
};

/// Judges an image by the most exact scope that it belongs to: all requirements have to hold, and
/// one that wants a signature holds if one of them is good. Keys that cannot be read are a reason,
/// not an error.
Decision decide(const Policy& policy, const PolicyImage& image, const DecideOptions& options);
/// `denied` with rule and reason, whatever is missing: who looks for an image elsewhere if it is
/// not found must not do so for this.
void require_allowed(const Decision& decision, std::string_view image);

}  // namespace lade::signing
