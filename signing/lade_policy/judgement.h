#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/image/interfaces.h"
#include "signing/lade_policy/image_facts.h"
#include "signing/lade_policy/lade_policy.h"
#include "signing/policy/decide.h"

namespace lade::signing {

/// What became of one requirement of policy.toml.
struct RequirementJudgement {
  std::string name{};
  std::string kind{};  ///< "signature", "attestation", "scan", "bases"
  Verdict verdict = Verdict::untrusted;
  std::string reason{};
  std::vector<SignatureOutcome> signatures{};  ///< that were looked at
  std::optional<Waiver> waiver{};              ///< that lets it pass
  std::vector<Waiver> finding_waivers{};       ///< of findings of a scan that it does not count

  bool holds() const { return verdict == Verdict::valid; }
  bool passes() const { return holds() || waiver; }
};

/// What a policy.toml says of an image, and why.
struct ImageJudgement {
  bool allowed = false;
  PolicyMode mode = PolicyMode::enforce;
  std::string rule{};
  std::string place{};  ///< "policy.toml:12", where the rule stands
  std::string scope{};  ///< that decided; empty: the default
  std::vector<RequirementJudgement> requirements{};
  std::vector<std::string> notes{};  ///< waivers that would have counted, but have expired

  bool is_refused() const { return !allowed && mode == PolicyMode::enforce; }
  /// All that keeps it from being allowed is that somebody does not answer: perhaps later.
  bool is_unreachable() const;
  /// Why it is not allowed, in a line; empty if it is.
  std::string objection() const;
};

/// Opens a base image, by its digest, in the store or on its registry, as far as may be asked.
/// `not_found` if it is not there.
using BaseFinder = std::function<std::unique_ptr<ImageSource>(const BaseImage& base, bool ask_store,
                                                              bool ask_registry)>;

struct JudgeOptions {
  Timestamp now{};
  BaseFinder find_base{};  ///< empty: none is ever found
};

/// Judges an image by the rule with the most exact scope that it belongs to; all of the rule's
/// requirements have to hold, or be waived. What does not answer is a requirement that does not
/// hold; only `cancelled` and `internal` are thrown.
ImageJudgement judge(const LadePolicy& policy, ImageFacts& facts, const JudgeOptions& options);

/// The answer for an image that cannot be read: no requirement of its rule holds, for this reason.
ImageJudgement unjudged(const LadePolicy& policy, const PolicySubject& subject, const Error& why);

/// `denied` with rule and reason if the image is refused; `unavailable` if it is unreachable.
void require_allowed(const ImageJudgement& judgement, std::string_view image);

/// The rule for an image, and the scope of its that decided; empty: the default.
struct FoundRule {
  const ImageRule* rule = nullptr;
  std::string scope{};
};
FoundRule find_rule(const LadePolicy& policy, const PolicySubject& subject);

}  // namespace lade::signing
