#include "cmd/audit_output.h"
#include "cmd/output/sarif.h"
#include "cmd/version.h"
#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"

namespace lade::cmd {
namespace {

SarifLevel level_of(sbom::AuditSeverity severity) {
  if (severity >= sbom::AuditSeverity::high) return SarifLevel::error;
  return severity == sbom::AuditSeverity::medium ? SarifLevel::warning : SarifLevel::note;
}

/// What code hosting sorts by, in the middle of each of its ranges.
std::string score_of(sbom::AuditSeverity severity) {
  constexpr std::string_view scores[] = {"0.0", "2.0", "5.5", "8.0", "9.5"};
  return std::string(scores[static_cast<std::size_t>(severity)]);
}

SarifRule rule_of(const sbom::AuditResult& result) {
  SarifRule rule{.id = std::string(result.check->id),
                 .title = std::string(result.check->title),
                 .help = std::string(result.check->remedy),
                 .level = level_of(result.severity),
                 .security_severity = score_of(result.severity),
                 .tags = {std::string(result.check->family)}};
  if (!result.check->cis.empty()) rule.tags.push_back(fmt::format("CIS-{}", result.check->cis));
  return rule;
}

/// By what is found and where, not by words that may change.
std::string fingerprint_of(const sbom::AuditResult& result, const sbom::AuditFinding& finding) {
  return digest_of(fmt::format("{}\n{}\n{}", result.check->id, finding.path, finding.place)).hex();
}

SarifResult result_of(const sbom::AuditResult& result, const sbom::AuditFinding& finding) {
  const std::string cause = cause_line(finding.cause);
  SarifResult sarif{
      .rule_id = std::string(result.check->id),
      .level = level_of(result.severity),
      .message = fmt::format("{}: {}: {}{}", result.check->title, finding_place(finding),
                             printable(finding.detail), cause.empty() ? "" : ", by " + cause),
      .fingerprints = {{"ladeAudit/v1", fingerprint_of(result, finding)}}};
  if (finding.path.empty()) {
    sarif.locations.push_back(
        {.logical_name = printable(finding.place), .logical_kind = "configuration"});
  } else {
    sarif.locations.push_back({.uri = finding.path});
  }
  if (finding.accepted) sarif.accepted = printable(*finding.accepted);
  return sarif;
}

}  // namespace

std::string audit_sarif(const AuditView& view) {
  SarifRun run{.tool = "lade audit", .version = version_number()};
  for (const auto& result : view.report.results) {
    run.rules.push_back(rule_of(result));
    for (const auto& finding : result.findings) run.results.push_back(result_of(result, finding));
    if (result.state == sbom::AuditState::skip) {
      run.warnings.push_back(fmt::format("{}: {}", result.check->id, printable(result.reason)));
    }
  }
  for (const std::string& remark : view.report.remarks) run.warnings.push_back(printable(remark));
  run.properties["image"] = printable(view.subject.name);
  run.properties["digest"] = view.subject.image->raw.digest.str();
  run.properties["platform"] = view.subject.image->config.platform.str();
  run.properties["profile"] = printable(view.profile.name);
  return to_sarif(run);
}

}  // namespace lade::cmd
