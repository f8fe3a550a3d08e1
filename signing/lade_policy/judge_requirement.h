#pragma once

#include <string>
#include <vector>

#include "signing/lade_policy/judgement.h"
#include "signing/lade_policy/party_check.h"

/// The parts of judge(): each says what became of one requirement, and throws what the source
/// throws.
namespace lade::signing {

/// What a set of parties has to say of a manifest.
struct PartyVerdict {
  Verdict verdict = Verdict::absent;
  std::string reason{};
  std::vector<SignatureOutcome> signatures{};
  std::vector<PartyAnswer> accepted{};
};

/// What of a party's good signature is not as wanted, in words; nothing if all is.
using CheckObjection = std::function<std::optional<std::string>(const PartyAnswer&)>;

/// Whether enough parties have signed, or attested something of `type` (empty: signed), to which
/// `objection` has none. Of several manifests it is all the same which of them that is about.
PartyVerdict judge_parties(PartyChecks& checks, ImageFacts& facts,
                           const std::vector<Digest>& manifests, const SignerSet& by,
                           const std::string& type, const CheckObjection& objection);

RequirementJudgement judge_signature(const RequiredSignature& wanted, PartyChecks& checks,
                                     ImageFacts& facts);
RequirementJudgement judge_attestation(const RequiredAttestation& wanted, PartyChecks& checks,
                                       ImageFacts& facts);
/// `waivers`: of findings, that count now.
RequirementJudgement judge_scan(const RequiredScan& wanted, PartyChecks& checks, ImageFacts& facts,
                                const std::vector<const Waiver*>& waivers);
RequirementJudgement judge_bases(const RequiredBases& wanted, PartyChecks& checks,
                                 ImageFacts& facts, const BaseFinder& find_base);

/// When what is attested was so: by the predicate, else as a log or an authority says.
std::optional<Timestamp> time_of(const RequiredAttestation& wanted, const PartyCheck& check);
/// Why an attestation is too old, or of no known age; nothing if it is not.
std::optional<std::string> age_objection(const RequiredAttestation& wanted, const PartyCheck& check,
                                         Timestamp now);

/// The answer for an image: that for its manifest or, if that does not hold and it is an index, for
/// each image in it.
template <class Judge>
RequirementJudgement judge_each_image(ImageFacts& facts, const Judge& judge_manifest) {
  RequirementJudgement answer = judge_manifest(facts.manifest().digest);
  if (answer.holds() || !facts.is_index() || facts.images().empty()) return answer;
  std::vector<RequirementJudgement> each;
  for (const RawManifest& image : facts.images()) {
    each.push_back(judge_manifest(image.digest));
    if (!each.back().holds()) return answer;
  }
  for (std::size_t i = 1; i < each.size(); ++i) {
    auto& all = each.front().signatures;
    all.insert(all.end(), each[i].signatures.begin(), each[i].signatures.end());
  }
  each.front().reason += fmt::format(" ({} images of the index)", each.size());
  return std::move(each.front());
}

}  // namespace lade::signing
