// A licence is judged by the closest rule that names it; an expression twice, by what is not denied
// and by what is allowed outright, since an OR may have a branch that is better than warned of.
// Exceptions are asked last, so what they are needed for is told.
#include <fmt/format.h>

#include <algorithm>

#include "sbom/license_policy/license_policy.h"

namespace lade::sbom {
namespace {

/// "*" is any characters.
bool matches_stars(std::string_view pattern, std::string_view text) {
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  std::size_t at = 0;
  std::size_t p = 0;
  while (at < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = at;
    } else if (p < pattern.size() && pattern[p] == text[at]) {
      ++p;
      ++at;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

struct LicenseDecision {
  LicenseVerdict verdict = LicenseVerdict::denied;
  std::string reason{};
};

std::string said(LicenseVerdict verdict) {
  return verdict == LicenseVerdict::warned ? "warned of" : std::string(to_string(verdict));
}

LicenseDecision decide(const LicensePolicy& policy, const SpdxLicense& license) {
  const LicenseRule* closest = nullptr;
  for (const LicenseRule& rule : policy.rules) {
    if (!rule.applies_to(license)) continue;
    if (closest == nullptr || rule.kind > closest->kind ||
        (rule.kind == closest->kind && rule.verdict > closest->verdict)) {
      closest = &rule;
    }
  }
  if (closest != nullptr) {
    return {closest->verdict,
            fmt::format("{} is {} ({})", closest->str(), said(closest->verdict), closest->place)};
  }
  if (license.is_reference()) {
    return {policy.unknown, fmt::format("it is not known, and that is {}", said(policy.unknown))};
  }
  return {policy.fallback, fmt::format("no rule names it, and that is {}", said(policy.fallback))};
}

/// What of an expression is worse than `bar`; none if there is a way around it.
std::vector<LicenseObjection> objections_over(const LicensePolicy& policy,
                                              const SpdxExpression& expression,
                                              LicenseVerdict bar) {
  const LicenseEvaluation found = expression.evaluate(
      [&](const SpdxLicense& license) { return decide(policy, license).verdict <= bar; });
  std::vector<LicenseObjection> objections;
  for (const SpdxLicense& license : found.offending) {
    LicenseDecision decision = decide(policy, license);
    objections.push_back({license.str(), decision.verdict, std::move(decision.reason)});
  }
  return objections;
}

LicenseJudgement judge_plainly(const LicensePolicy& policy, const LicensedPackage& package) {
  if (!package.expression) {
    if (policy.unknown == LicenseVerdict::allowed) return {LicenseVerdict::allowed, {}, {}, {}};
    return {
        policy.unknown,
        {{"", policy.unknown,
          fmt::format("it has no licence that is known, and that is {}", said(policy.unknown))}},
        {},
        {}};
  }
  const SpdxExpression normal = package.expression->normalized();
  for (const ExpressionRule& rule : policy.expressions) {
    if (!(rule.expression == normal)) continue;
    if (rule.verdict == LicenseVerdict::allowed) return {LicenseVerdict::allowed, {}, {}, {}};
    return {rule.verdict,
            {{normal.str(), rule.verdict,
              fmt::format("the expression is {} ({})", said(rule.verdict), rule.place)}},
            {},
            {}};
  }
  auto denied = objections_over(policy, normal, LicenseVerdict::warned);
  if (!denied.empty()) return {LicenseVerdict::denied, std::move(denied), {}, {}};
  auto warned = objections_over(policy, normal, LicenseVerdict::allowed);
  if (!warned.empty()) return {LicenseVerdict::warned, std::move(warned), {}, {}};
  return {LicenseVerdict::allowed, {}, {}, {}};
}

/// Whether an exception is for all that stands in a package's way: for what is denied if the
/// package is, else for what is warned of.
bool covers(const LicenseException& exception, const LicensePolicy& policy,
            const LicensedPackage& package, LicenseVerdict verdict) {
  if (exception.licenses.empty()) return true;
  if (!package.expression) return false;
  return package.expression
      ->evaluate([&](const SpdxLicense& license) {
        return decide(policy, license).verdict < verdict ||
               std::any_of(exception.licenses.begin(), exception.licenses.end(),
                           [&](const LicenseRule& rule) { return rule.applies_to(license); });
      })
      .allowed;
}

}  // namespace

std::string_view to_string(LicenseVerdict verdict) {
  switch (verdict) {
    case LicenseVerdict::allowed:
      return "allowed";
    case LicenseVerdict::excepted:
      return "excepted";
    case LicenseVerdict::warned:
      return "warned";
    case LicenseVerdict::denied:
      break;
  }
  return "denied";
}

bool LicenseRule::applies_to(const SpdxLicense& other) const {
  switch (kind) {
    case Kind::category:
      return !other.is_reference() && other.category() == category;
    case Kind::pattern:
      return matches_stars(pattern, other.id);
    case Kind::license:
      return other.id == license.id;
    case Kind::licensed_work:
      break;
  }
  return other == license;
}

std::string LicenseRule::str() const {
  if (kind == Kind::category) return fmt::format("category {}", to_string(category));
  return kind == Kind::pattern ? pattern : license.str();
}

bool LicenseException::is_for(std::string_view purl) const {
  if (matches_stars(package, purl)) return true;
  purl = purl.substr(0, purl.find_first_of("?#"));
  if (matches_stars(package, purl)) return true;
  // a "@" elsewhere is written "%40"
  const auto version = purl.rfind('@');
  return version != std::string_view::npos && matches_stars(package, purl.substr(0, version));
}

LicenseJudgement judge(const LicensePolicy& policy, const LicensedPackage& package, Timestamp now) {
  LicenseJudgement judgement = judge_plainly(policy, package);
  if (judgement.verdict == LicenseVerdict::allowed) return judgement;
  for (const LicenseException& exception : policy.exceptions) {
    if (!exception.is_for(package.purl) || !covers(exception, policy, package, judgement.verdict)) {
      continue;
    }
    if (exception.expires && now >= *exception.expires) {
      judgement.notes.push_back(fmt::format("the exception of {} expired at {}", exception.place,
                                            to_rfc3339(*exception.expires)));
      continue;
    }
    judgement.verdict = LicenseVerdict::excepted;
    judgement.exception = exception;
    break;
  }
  return judgement;
}

}  // namespace lade::sbom
