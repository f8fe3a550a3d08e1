#include <algorithm>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/judge_requirement.h"
#include "signing/policy/identity_match.h"

namespace lade::signing {
namespace {

/// The answers of all parties to one signature: it counts for one at least, or each says why not.
SignatureOutcome outcome_of(const PartyChecks& checks, const SignerSet& by,
                            const std::vector<PartyAnswer>& answers,
                            const std::vector<std::string>& objections) {
  SignatureOutcome outcome{.origin = fmt::format("{} {}", to_string(answers[0].attached->form),
                                                 answers[0].attached->place)};
  std::vector<std::string> for_whom;
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string& name = checks.policy().signers[by.signers[answers[i].party]].name;
    if (objections[i].empty()) {
      for_whom.push_back(fmt::format("{}, by {}", name, answers[i].check->by));
    } else if (std::find(reasons.begin(), reasons.end(), objections[i]) == reasons.end()) {
      reasons.push_back(answers.size() == 1 ? objections[i]
                                            : fmt::format("{}: {}", name, objections[i]));
    }
  }
  outcome.accepted = !for_whom.empty();
  outcome.reason = join(outcome.accepted ? for_whom : reasons, "; ");
  return outcome;
}

std::string objection_to(const PartyAnswer& answer, const CheckObjection& objection) {
  if (!answer.check->is_good) return answer.check->reason;
  return objection ? objection(answer).value_or("") : "";
}

void conclude(PartyVerdict& verdict, const SignerSet& by, const std::string& type,
              const std::vector<std::vector<std::string>>& signed_by) {
  const std::string what = type.empty() ? "signature" : "attestation of the type " + type;
  if (verdict.signatures.empty()) {
    verdict.reason = fmt::format("there is no {}", what);
    return;
  }
  const std::size_t count = count_parties(signed_by);
  verdict.verdict = count >= by.threshold ? Verdict::valid : Verdict::untrusted;
  if (count > 0) {
    verdict.reason = fmt::format("{} of {} wanted signers {} it", count, by.threshold,
                                 type.empty() ? "signed" : "attested");
  } else if (verdict.signatures.size() == 1) {
    verdict.reason = verdict.signatures[0].reason;
  } else {
    verdict.reason = fmt::format("none of {} counts; the first: {}", verdict.signatures.size(),
                                 verdict.signatures[0].reason);
  }
}

}  // namespace

PartyVerdict judge_parties(PartyChecks& checks, ImageFacts& facts,
                           const std::vector<Digest>& manifests, const SignerSet& by,
                           const std::string& type, const CheckObjection& objection) {
  PartyVerdict verdict;
  std::vector<std::vector<std::string>> signed_by(by.signers.size());
  std::vector<PartyAnswer> answers;
  for (const Digest& manifest : manifests) {
    const auto more = checks.check(facts, manifest, by, [&](const AttachedSignature& attached) {
      return attached.predicate_type == type;
    });
    answers.insert(answers.end(), more.begin(), more.end());
  }
  // the answers to one signature stand together, one of each party
  for (std::size_t at = 0; at < answers.size(); at += by.signers.size()) {
    const std::vector<PartyAnswer> one(
        answers.begin() + static_cast<std::ptrdiff_t>(at),
        answers.begin() + static_cast<std::ptrdiff_t>(at + by.signers.size()));
    std::vector<std::string> objections;
    for (const PartyAnswer& answer : one) {
      objections.push_back(objection_to(answer, objection));
      if (!objections.back().empty()) continue;
      signed_by[answer.party].push_back(answer.check->id);
      verdict.accepted.push_back(answer);
    }
    verdict.signatures.push_back(outcome_of(checks, by, one, objections));
  }
  conclude(verdict, by, type, signed_by);
  return verdict;
}

RequirementJudgement judge_signature(const RequiredSignature& wanted, PartyChecks& checks,
                                     ImageFacts& facts) {
  const auto objection = [&](const PartyAnswer& answer) -> std::optional<std::string> {
    if (!wanted.signed_name) return std::nullopt;
    return identity_objection({.kind = *wanted.signed_name}, facts.subject().reference,
                              answer.check->docker_reference);
  };
  return judge_each_image(facts, [&](const Digest& manifest) {
    PartyVerdict verdict = judge_parties(checks, facts, {manifest}, wanted.by, "", objection);
    return RequirementJudgement{.verdict = verdict.verdict,
                                .reason = std::move(verdict.reason),
                                .signatures = std::move(verdict.signatures)};
  });
}

}  // namespace lade::signing
