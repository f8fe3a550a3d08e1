// Of the reports that a party has signed, with whichever of its keys, the newest counts, and no
// other: an old one without findings does not outweigh a new one with some. So a report without a
// time counts for nothing. A report of an index is one of each image in it, beside the image's own.
#include <algorithm>
#include <iterator>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/judge_requirement.h"
#include "signing/lade_policy/scan_report.h"

namespace lade::signing {
namespace {

std::set<std::string> waived_findings(const std::vector<const Waiver*>& waivers) {
  std::set<std::string> ids;
  for (const Waiver* one : waivers) ids.insert(one->findings.begin(), one->findings.end());
  return ids;
}

/// Those that are of a finding in the reports that count.
std::vector<Waiver> used_waivers(const PartyVerdict& verdict,
                                 const std::vector<const Waiver*>& waivers) {
  std::set<std::string> found;
  for (const PartyAnswer& answer : verdict.accepted) {
    const auto findings = read_findings(answer.check->statement.value().predicate);
    if (!findings) continue;
    for (const ScanFinding& one : *findings) found.insert(one.id);
  }
  std::vector<Waiver> used;
  for (const Waiver* one : waivers) {
    const bool is_used = std::any_of(one->findings.begin(), one->findings.end(),
                                     [&](const std::string& id) { return found.contains(id); });
    if (is_used) used.push_back(*one);
  }
  return used;
}

void add_waivers(std::vector<Waiver>& all, const std::vector<Waiver>& more) {
  for (const Waiver& one : more) {
    const bool is_known = std::any_of(all.begin(), all.end(),
                                      [&](const Waiver& other) { return other.line == one.line; });
    if (!is_known) all.push_back(one);
  }
}

std::optional<std::string> findings_objection(const RequiredScan& wanted, const Json& predicate,
                                              const std::set<std::string>& waived) {
  constexpr std::size_t shown = 5;
  const auto findings = read_findings(predicate);
  if (!findings) return "its report is none of Grype, Trivy or CycloneDX with vulnerabilities";
  for (std::size_t i = 0; i < severity_count; ++i) {
    if (!wanted.most[i]) continue;
    std::vector<std::string> ids;
    for (const ScanFinding& one : *findings) {
      if (one.severity == static_cast<Severity>(i) && !waived.contains(one.id)) {
        ids.push_back(printable(one.id));
      }
    }
    if (ids.size() <= *wanted.most[i]) continue;
    const std::size_t count = ids.size();
    ids.resize(std::min(count, shown));
    return fmt::format("it has {} {} finding{}, {} are allowed: {}{}", count,
                       to_string(static_cast<Severity>(i)), count == 1 ? "" : "s", *wanted.most[i],
                       join(ids, ", "), count > shown ? "…" : "");
  }
  return std::nullopt;
}

/// The newest of each party; what has no time is older than all.
std::map<std::size_t, Timestamp> newest_of(const RequiredScan& wanted, const PartyVerdict& all) {
  std::map<std::size_t, Timestamp> newest;
  for (const PartyAnswer& answer : all.accepted) {
    const auto time = time_of(wanted.report, *answer.check);
    if (!time) continue;
    const auto [entry, is_new] = newest.emplace(answer.party, *time);
    if (!is_new) entry->second = std::max(entry->second, *time);
  }
  return newest;
}

std::optional<std::string> report_objection(const RequiredScan& wanted, const PartyAnswer& answer,
                                            const std::map<std::size_t, Timestamp>& newest,
                                            const std::set<std::string>& waived, Timestamp now) {
  const PartyCheck& check = *answer.check;
  const auto time = time_of(wanted.report, check);
  if (!time) return "it does not say when the scan was";
  if (*time < newest.at(answer.party)) return "there is a newer report";
  if (wanted.report.condition) {
    if (const auto why = wanted.report.condition(check.statement.value().predicate)) {
      return "its predicate is not as wanted: " + *why;
    }
  }
  if (auto why = age_objection(wanted.report, check, now)) return why;
  return findings_objection(wanted, check.statement.value().predicate, waived);
}

RequirementJudgement judge_reports(const RequiredScan& wanted, PartyChecks& checks,
                                   ImageFacts& facts, const std::vector<Digest>& about,
                                   const std::vector<const Waiver*>& waivers) {
  const std::set<std::string> waived = waived_findings(waivers);
  const auto judge_with = [&](const CheckObjection& objection) {
    return judge_parties(checks, facts, about, wanted.report.by, wanted.report.type, objection);
  };
  const auto newest = newest_of(wanted, judge_with({}));
  PartyVerdict verdict = judge_with([&](const PartyAnswer& answer) {
    return report_objection(wanted, answer, newest, waived, checks.now());
  });
  return {.verdict = verdict.verdict,
          .reason = std::move(verdict.reason),
          .signatures = std::move(verdict.signatures),
          .finding_waivers = used_waivers(verdict, waivers)};
}

}  // namespace

RequirementJudgement judge_scan(const RequiredScan& wanted, PartyChecks& checks, ImageFacts& facts,
                                const std::vector<const Waiver*>& waivers) {
  const Digest& top = facts.manifest().digest;
  if (!facts.is_index() || facts.images().empty()) {
    return judge_reports(wanted, checks, facts, {top}, waivers);
  }
  std::optional<RequirementJudgement> all;
  for (const RawManifest& image : facts.images()) {
    RequirementJudgement one = judge_reports(wanted, checks, facts, {top, image.digest}, waivers);
    if (!one.holds()) return one;
    if (!all) {
      all = std::move(one);
    } else {
      std::move(one.signatures.begin(), one.signatures.end(), std::back_inserter(all->signatures));
      add_waivers(all->finding_waivers, one.finding_waivers);
    }
  }
  return std::move(*all);
}

}  // namespace lade::signing
