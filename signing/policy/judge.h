#pragma once

#include <vector>

#include "signing/policy/decide.h"

namespace lade::signing {

/// One requirement's word on the signatures of an image.
RequirementOutcome judge(const SignedBy& requirement, const PolicyImage& image,
                         const std::vector<ImageSignature>& signatures,
                         const DecideOptions& options);
RequirementOutcome judge(const SigstoreSigned& requirement, const PolicyImage& image,
                         const std::vector<ImageSignature>& signatures,
                         const DecideOptions& options);

/// The texts of a source; what cannot be read throws, with the file's name.
std::vector<std::string> read_keys(const KeySource& source);

/// Runs `check` for each signature, which answers with whom it is by, or throws. The first that is
/// good is enough. Adds a signature to what was looked at unless `check` answers nothing.
template <class Check>
void judge_each(RequirementOutcome& outcome, const std::vector<ImageSignature>& signatures,
                std::string_view kind, const Check& check) {
  for (const ImageSignature& one : signatures) {
    SignatureOutcome result{.origin = one.origin};
    try {
      const std::optional<std::string> by = check(one);
      if (!by) continue;
      result.accepted = true;
      result.reason = *by;
    } catch (const Error& error) {
      if (ends_all(error.kind())) throw;
      result.reason = error.message();
    }
    const bool accepted = result.accepted;
    outcome.signatures.push_back(std::move(result));
    if (accepted) break;
  }
  if (outcome.signatures.empty()) {
    outcome.verdict = Verdict::absent;
    outcome.reason = fmt::format("the image has no {}", kind);
  } else if (outcome.signatures.back().accepted) {
    outcome.verdict = Verdict::valid;
    outcome.reason = outcome.signatures.back().reason;
  } else {
    outcome.reason = outcome.signatures.size() == 1
                         ? outcome.signatures.back().reason
                         : fmt::format("none of {} signatures is good", outcome.signatures.size());
  }
}

}  // namespace lade::signing
