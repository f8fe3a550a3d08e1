// What an image is made on is told by the annotations of its manifest and by its provenance, and
// either is somebody's word. So a manifest counts if the parties have signed it or attested its
// provenance, which is about its digest; the provenance counts if they have signed it. Where it
// counts it says what a base is called, and the annotations but which of the images that the build
// used became the base, by its digest; if they do not, every one of them has to be allowed. The
// base of the base is asked of that image in the same way, found by its digest.
#include <algorithm>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"
#include "signing/lade_policy/judge_requirement.h"
#include "signing/lade_policy/rule_scope.h"

namespace lade::signing {
namespace {

constexpr std::string_view scratch = "scratch";

/// What those who are believed say of an image's base.
struct BaseClaims {
  std::vector<BaseImage> bases{};
  std::string problem{};  ///< why they cannot be believed
  Verdict verdict = Verdict::untrusted;
};

/// The images that the build of a manifest used; nothing if no provenance counts.
std::optional<std::vector<BaseImage>> attested_images(const SignerSet& by, PartyChecks& checks,
                                                      ImageFacts& facts, const Digest& manifest) {
  std::optional<std::vector<BaseImage>> images;
  for (const char* type : {"https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"}) {
    const PartyVerdict verdict = judge_parties(checks, facts, {manifest}, by, type, {});
    if (verdict.verdict != Verdict::valid) continue;
    if (!images) images.emplace();
    for (const PartyAnswer& one : verdict.accepted) {
      const auto more = provenance_images(one.check->statement.value().predicate);
      images->insert(images->end(), more.begin(), more.end());
    }
  }
  return images;
}

/// The bases by a provenance that counts, with what the annotations add to it.
BaseClaims attested_claims(const std::vector<BaseImage>& attested,
                           const std::optional<BaseImage>& annotated) {
  if (!annotated || !annotated->digest) {
    if (!attested.empty()) return {.bases = attested};
    if (!annotated || annotated->name == scratch)
      return {.bases = {{.name = std::string(scratch)}}};
  }
  BaseClaims claims;
  for (const BaseImage& one : attested) {
    if (one.digest == annotated->digest) claims.bases.push_back(one);
  }
  if (claims.bases.empty()) {
    claims.problem = fmt::format("its annotations name the base {}, which its provenance lacks",
                                 printable(annotated->str()));
  }
  return claims;
}

BaseClaims claims_of(const RawManifest& image, const SignerSet& by, PartyChecks& checks,
                     ImageFacts& facts, const PartyVerdict& top) {
  PartyVerdict is_signed = top;
  if (is_signed.verdict != Verdict::valid && image.digest != facts.manifest().digest) {
    is_signed = judge_parties(checks, facts, {image.digest}, by, "", {});
  }
  const auto attested = attested_images(by, checks, facts, image.digest);
  if (is_signed.verdict != Verdict::valid && !attested) {
    return {.problem = fmt::format("nobody who is believed tells its base: {}", is_signed.reason),
            .verdict = is_signed.verdict};
  }
  const auto annotated = annotated_base(image);
  if (attested) return attested_claims(*attested, annotated);
  if (!annotated) return {.problem = "neither annotations nor a provenance tell its base"};
  return {.bases = {*annotated}};
}

bool is_allowed(const BaseImage& base, const std::vector<std::string>& images) {
  const auto has = [&](const std::string& what) {
    return std::find(images.begin(), images.end(), what) != images.end();
  };
  if (base.digest && has(base.digest->str())) return true;
  if (base.name == scratch) return has(base.name);
  const auto name = Reference::try_parse(base.name);
  if (!name) return false;
  const auto scopes = rule_scopes_of(*name, base.digest);
  return std::any_of(scopes.begin(), scopes.end(), has);
}

class BaseJudge {
 public:
  BaseJudge(const RequiredBases& wanted, const LadePolicy& policy, Timestamp now,
            const BaseFinder& find_base)
      : wanted_(wanted), policy_(policy), now_(now), find_base_(find_base) {}

  RequirementJudgement judge(PartyChecks& checks, ImageFacts& facts) {
    if (judge_level(checks, facts, wanted_.by, 0, "")) {
      answer_.verdict = Verdict::valid;
      answer_.reason = fmt::format("it is made on {}", join(path_, ", on "));
    }
    return std::move(answer_);
  }

 private:
  bool refuse(Verdict verdict, std::string reason) {
    answer_.verdict = verdict;
    answer_.reason = std::move(reason);
    return false;
  }

  /// The bases of an image at a level, and theirs. `of` begins messages about that image.
  bool judge_level(PartyChecks& checks, ImageFacts& facts, const SignerSet& by, std::size_t level,
                   const std::string& of) {
    const PartyVerdict top = judge_parties(checks, facts, {facts.manifest().digest}, by, "", {});
    if (facts.images().empty()) {
      return refuse(Verdict::absent, of + "no image of the index is there");
    }
    for (const RawManifest& image : facts.images()) {
      const BaseClaims claims = claims_of(image, by, checks, facts, top);
      if (!claims.problem.empty()) return refuse(claims.verdict, of + claims.problem);
      for (const BaseImage& base : claims.bases) {
        if (!judge_base(base, level, of)) return false;
      }
    }
    return true;
  }

  bool judge_base(const BaseImage& base, std::size_t level, const std::string& of) {
    const BaseLevel& wanted = wanted_.levels[level];
    const std::string name = printable(base.str());
    if (!is_allowed(base, wanted.images)) {
      return refuse(Verdict::untrusted, fmt::format("{}the base {} is none of level {}: {}", of,
                                                    name, level + 1, join(wanted.images, ", ")));
    }
    if (std::find(path_.begin(), path_.end(), name) == path_.end()) path_.push_back(name);
    if (level + 1 == wanted_.levels.size() || base.name == scratch) return true;
    if (!base.digest) {
      return refuse(Verdict::untrusted,
                    fmt::format("the base {} is told without digest, so that its own base cannot "
                                "be looked for",
                                name));
    }
    // many images may have one base; that it is no good would have ended all
    if (!judged_.emplace(level, *base.digest).second) return true;
    return judge_base_of(base, wanted.by, level + 1);
  }

  bool judge_base_of(const BaseImage& base, const SignerSet& by, std::size_t level) {
    std::unique_ptr<ImageSource> source;
    try {
      if (find_base_) source = find_base_(base, wanted_.ask_store, wanted_.ask_registry);
    } catch (const Error& error) {
      if (ends_all(error.kind())) throw;
      return refuse(verdict_of(error.kind()), fmt::format("the base {} cannot be looked at: {}",
                                                          printable(base.str()), error.message()));
    }
    if (!source) {
      return refuse(Verdict::absent,
                    fmt::format("the base {} cannot be looked at", printable(base.str())));
    }
    RawManifest manifest = read_manifest(*source);
    if (manifest.digest != *base.digest) {
      return refuse(Verdict::untrusted, fmt::format("the base {} was found as {}",
                                                    printable(base.str()), manifest.digest.str()));
    }
    ImageFacts facts(*source, std::move(manifest), {});
    PartyChecks checks(policy_, now_);
    return judge_level(checks, facts, by, level, printable(base.str()) + ": ");
  }

  const RequiredBases& wanted_;
  const LadePolicy& policy_;
  Timestamp now_;
  const BaseFinder& find_base_;
  RequirementJudgement answer_{};
  std::vector<std::string> path_{};
  std::set<std::pair<std::size_t, Digest>> judged_{};  ///< bases by the level that they are of
};

}  // namespace

RequirementJudgement judge_bases(const RequiredBases& wanted, PartyChecks& checks,
                                 ImageFacts& facts, const BaseFinder& find_base) {
  return BaseJudge(wanted, checks.policy(), checks.now(), find_base).judge(checks, facts);
}

}  // namespace lade::signing
