#include <algorithm>
#include <set>

#include "cmd/output/sarif.h"
#include "cmd/scan_report.h"
#include "cmd/version.h"
#include "libimage/oci/hasher.h"

namespace lade::cmd {
namespace {

SarifLevel level_of(const sbom::Rating& rating) {
  if (!rating.severity) return SarifLevel::warning;
  switch (*rating.severity) {
    case sbom::Severity::critical:
    case sbom::Severity::high:
      return SarifLevel::error;
    case sbom::Severity::medium:
      return SarifLevel::warning;
    default:
      return SarifLevel::note;
  }
}

SarifRule rule_of(const ScanReport& report, std::size_t index) {
  const sbom::Finding& finding = report.matches.findings[index];
  const sbom::Rating& rating = report.ratings[index];
  const std::string& summary = report.summaries[index];
  SarifRule rule{.id = finding.id,
                 .title = summary.empty() ? "Known vulnerability " + finding.id : summary,
                 .help = "Update the package to a version that is not affected.",
                 .help_uri = link_of(finding.id),
                 .level = level_of(rating),
                 .tags = {"vulnerability", std::string(severity_word(rating))}};
  if (rating.score) rule.security_severity = fmt::format("{:.1f}", *rating.score);
  return rule;
}

SarifResult result_of(const ScanReport& report, std::size_t index) {
  const sbom::Finding& finding = report.matches.findings[index];
  const sbom::Package& package = report.inventory.packages[finding.package];
  SarifResult result{
      .rule_id = finding.id,
      .level = level_of(report.ratings[index]),
      .message = fmt::format("{} {} ({}): {}, {}", package.name, package.version,
                             to_string(package.type), finding.id, fix_text(finding)),
      .fingerprints = {{"ladeFinding/v1", digest_of(finding.id + "\n" + package.purl).hex()}},
      .properties = {{"purl", package.purl}}};
  for (const sbom::Location& location : package.locations) {
    result.locations.push_back({.uri = location.path, .line = 1});
  }
  if (!counts(finding)) result.accepted = finding.suppressed;
  return result;
}

}  // namespace

std::string scan_sarif(const ScanReport& report) {
  SarifRun run{.tool = "lade",
               .version = version_number(),
               .warnings = report.gaps,
               .properties = {{"target", report.target}}};
  std::set<std::string> known;
  for (std::size_t i = 0; i < report.matches.findings.size(); ++i) {
    if (known.insert(report.matches.findings[i].id).second) run.rules.push_back(rule_of(report, i));
    run.results.push_back(result_of(report, i));
  }
  std::sort(run.rules.begin(), run.rules.end(),
            [](const SarifRule& a, const SarifRule& b) { return a.id < b.id; });
  return to_sarif(run);
}

}  // namespace lade::cmd
