#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/judge_requirement.h"
#include "signing/lade_policy/rule_scope.h"

namespace lade::signing {
namespace {

bool is_about(const Waiver& waiver, const ImageRule& rule, const std::string& requirement,
              const ImageFacts& facts) {
  if (waiver.rule != rule.name) return false;
  if (!waiver.requirement.empty() && waiver.requirement != requirement) return false;
  if (waiver.digest && *waiver.digest != facts.manifest().digest) return false;
  if (waiver.scope.empty()) return true;
  const auto scopes = rule_scopes_of(facts.subject());
  return std::find(scopes.begin(), scopes.end(), waiver.scope) != scopes.end();
}

RequirementJudgement judge_wanted(const RuleRequirement& requirement, PartyChecks& checks,
                                  ImageFacts& facts, const std::vector<const Waiver*>& findings,
                                  const BaseFinder& find_base) {
  if (const auto* one = std::get_if<RequiredSignature>(&requirement.wanted)) {
    return judge_signature(*one, checks, facts);
  }
  if (const auto* one = std::get_if<RequiredAttestation>(&requirement.wanted)) {
    return judge_attestation(*one, checks, facts);
  }
  if (const auto* one = std::get_if<RequiredScan>(&requirement.wanted)) {
    return judge_scan(*one, checks, facts, findings);
  }
  return judge_bases(std::get<RequiredBases>(requirement.wanted), checks, facts, find_base);
}

RequirementJudgement judge_safely(const RuleRequirement& requirement, PartyChecks& checks,
                                  ImageFacts& facts, const std::vector<const Waiver*>& findings,
                                  const BaseFinder& find_base) {
  try {
    return judge_wanted(requirement, checks, facts, findings, find_base);
  } catch (const Error& error) {
    if (ends_all(error.kind())) throw;
    return {.verdict = verdict_of(error.kind()), .reason = error.message()};
  }
}

RequirementJudgement judge_one(const ImageRule& rule, const RuleRequirement& requirement,
                               PartyChecks& checks, ImageFacts& facts, const JudgeOptions& options,
                               std::vector<std::string>& notes) {
  std::vector<const Waiver*> findings;
  const Waiver* whole = nullptr;
  std::vector<const Waiver*> expired;
  for (const Waiver& waiver : checks.policy().waivers) {
    if (!is_about(waiver, rule, requirement.name, facts)) continue;
    if (waiver.expires <= options.now) {
      expired.push_back(&waiver);
    } else if (!waiver.findings.empty()) {
      findings.push_back(&waiver);
    } else {
      whole = &waiver;
    }
  }
  RequirementJudgement answer =
      judge_safely(requirement, checks, facts, findings, options.find_base);
  answer.name = requirement.name;
  answer.kind = kind_of(requirement);
  if (answer.holds()) return answer;
  if (whole != nullptr) answer.waiver = *whole;
  for (const Waiver* waiver : expired) {
    notes.push_back(fmt::format("{}:{}: the waiver of {} has expired: {}", checks.policy().path,
                                waiver->line, requirement.name, waiver->str()));
  }
  return answer;
}

ImageJudgement begin_judgement(const LadePolicy& policy, const FoundRule& found) {
  const ImageRule& rule = *found.rule;
  return {.allowed = rule.allows.value_or(true),
          .mode = rule.mode,
          .rule = rule.name,
          .place = fmt::format("{}:{}", policy.path, rule.line),
          .scope = found.scope};
}

}  // namespace

std::string ImageJudgement::objection() const {
  if (allowed) return {};
  std::vector<std::string> reasons;
  for (const RequirementJudgement& one : requirements) {
    if (!one.passes()) reasons.push_back(fmt::format("{}: {}", one.name, one.reason));
  }
  return fmt::format("the rule \"{}\" ({}) {}", rule, place,
                     reasons.empty() ? "refuses it" : "does not allow it: " + join(reasons, "; "));
}

bool ImageJudgement::is_unreachable() const {
  bool is_some = false;
  for (const RequirementJudgement& one : requirements) {
    if (one.passes()) continue;
    if (one.verdict != Verdict::unreachable) return false;
    is_some = true;
  }
  return is_some;
}

FoundRule find_rule(const LadePolicy& policy, const PolicySubject& subject) {
  for (const std::string& scope : rule_scopes_of(subject)) {
    for (const ImageRule& rule : policy.rules) {
      if (std::find(rule.scopes.begin(), rule.scopes.end(), scope) != rule.scopes.end()) {
        return {&rule, scope};
      }
    }
  }
  return {&policy.fallback};
}

ImageJudgement judge(const LadePolicy& policy, ImageFacts& facts, const JudgeOptions& options) {
  const FoundRule found = find_rule(policy, facts.subject());
  const ImageRule& rule = *found.rule;
  ImageJudgement judgement = begin_judgement(policy, found);
  PartyChecks checks(policy, options.now);
  for (const RuleRequirement& requirement : rule.requirements) {
    judgement.requirements.push_back(
        judge_one(rule, requirement, checks, facts, options, judgement.notes));
    judgement.allowed = judgement.allowed && judgement.requirements.back().passes();
  }
  return judgement;
}

ImageJudgement unjudged(const LadePolicy& policy, const PolicySubject& subject, const Error& why) {
  const FoundRule found = find_rule(policy, subject);
  ImageJudgement judgement = begin_judgement(policy, found);
  for (const RuleRequirement& one : found.rule->requirements) {
    judgement.allowed = false;
    judgement.requirements.push_back({.name = one.name,
                                      .kind = std::string(kind_of(one)),
                                      .verdict = verdict_of(why.kind()),
                                      .reason = why.message()});
  }
  return judgement;
}

void require_allowed(const ImageJudgement& judgement, std::string_view image) {
  if (!judgement.is_refused()) return;
  std::string notes;
  for (const std::string& note : judgement.notes) notes += "; " + note;
  fail(judgement.is_unreachable() ? ErrorKind::unavailable : ErrorKind::denied,
       "{} is not allowed: {}{}", image, judgement.objection(), notes);
}

}  // namespace lade::signing
