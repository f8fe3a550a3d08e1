#include "signing/policy/decide.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/policy/judge.h"

namespace lade::signing {
namespace {

/// The signatures of one image, once somebody wants them.
class Signatures {
 public:
  explicit Signatures(const PolicyImage& image) : image_(image) {}

  const std::vector<ImageSignature>& get() {
    if (!found_) {
      found_ = image_.signatures ? image_.signatures() : std::vector<ImageSignature>{};
    }
    return *found_;
  }

 private:
  const PolicyImage& image_;
  std::optional<std::vector<ImageSignature>> found_;
};

RequirementOutcome outcome_of(const Requirement& requirement, const PolicyImage& image,
                              Signatures& signatures, const DecideOptions& options) {
  if (std::holds_alternative<AcceptAnything>(requirement)) {
    return {.type = std::string(type_of(requirement)),
            .verdict = Verdict::valid,
            .reason = "any image is accepted, signed or not"};
  }
  if (const auto* signed_by = std::get_if<SignedBy>(&requirement)) {
    return judge(*signed_by, image, signatures.get(), options);
  }
  if (const auto* sigstore = std::get_if<SigstoreSigned>(&requirement)) {
    return judge(*sigstore, image, signatures.get(), options);
  }
  return {.type = std::string(type_of(requirement)),
          .reason = std::holds_alternative<RejectAll>(requirement)
                        ? "every image is rejected"
                        : "what an image was made on cannot be told from its layers: this "
                          "requirement allows nothing"};
}

}  // namespace

std::string Decision::rule() const {
  if (transport.empty()) return "the default";
  if (scope.empty()) return "the default of " + transport;
  return fmt::format("the scope \"{}\" of {}", scope, transport);
}

std::string Decision::objection() const {
  std::vector<std::string> reasons;
  for (const RequirementOutcome& one : requirements) {
    if (!one.holds()) reasons.push_back(fmt::format("{}: {}", one.type, one.reason));
  }
  return join(reasons, "; ");
}

Decision decide(const Policy& policy, const PolicyImage& image, const DecideOptions& options) {
  const FoundRequirements found = find_requirements(policy, image.subject);
  Decision decision{.transport = found.is_transports ? image.subject.transport : "",
                    .scope = found.scope};
  Signatures signatures(image);
  for (const Requirement& requirement : *found.requirements) {
    decision.requirements.push_back(outcome_of(requirement, image, signatures, options));
  }
  // a policy that was made and not read could have none
  decision.allowed = !decision.requirements.empty() &&
                     std::all_of(decision.requirements.begin(), decision.requirements.end(),
                                 [](const RequirementOutcome& one) { return one.holds(); });
  return decision;
}

void require_allowed(const Decision& decision, std::string_view image) {
  if (decision.allowed) return;
  fail(ErrorKind::denied, "the policy does not allow {}: by {}: {}", image, decision.rule(),
       decision.objection());
}

}  // namespace lade::signing
