#include "cmd/secrets_report.h"

#include <map>

#include "cmd/output/table.h"
#include "cmd/version.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

using sbom::SecretSeverity;

SarifLevel level_of(SecretSeverity severity) {
  if (severity >= SecretSeverity::high) return SarifLevel::error;
  return severity == SecretSeverity::medium ? SarifLevel::warning : SarifLevel::note;
}

std::string score_of(SecretSeverity severity) {
  constexpr std::string_view scores[] = {"3.0", "5.5", "8.0", "9.5"};
  return std::string(scores[static_cast<std::size_t>(severity)]);
}

Json record_of(const sbom::SecretFinding& finding) {
  const sbom::FoundSecret& secret = finding.secret;
  Json record = {{"rule", finding.rule->id},
                 {"title", finding.rule->title},
                 {"category", finding.rule->category},
                 {"severity", to_string(finding.rule->severity)}};
  if (finding.part) {
    record["part"] = to_string(*finding.part);
    record["name"] = printable(finding.path);
  } else {
    record["path"] = "/" + printable(finding.path);
  }
  if (secret.line > 0) {
    record["line"] = secret.line;
    record["column"] = secret.column;
  }
  record["offset"] = secret.offset;
  record["sizeBytes"] = secret.size_bytes;
  record["excerpt"] = secret.excerpt;
  record["fingerprint"] = secret.fingerprint;
  record["state"] = to_string(finding.state);
  if (!finding.layers.empty()) {
    for (const std::size_t layer : finding.layers) record["layers"].push_back(layer + 1);
  }
  if (finding.hidden_by) record["hiddenByLayer"] = *finding.hidden_by + 1;
  if (finding.accepted) record["accepted"] = *finding.accepted;
  return record;
}

SarifRule sarif_rule(const sbom::SecretRule& rule) {
  return {.id = rule.id,
          .title = rule.title,
          .description = rule.title + " that whoever has the image can read.",
          .help =
              "Make it invalid where it was issued; then build the image without it: what a "
              "later layer deletes is still in the image. A RUN step gets secrets by "
              "--mount=type=secret.",
          .level = level_of(rule.severity),
          .security_severity = score_of(rule.severity),
          .tags = {"security", "secret", rule.category}};
}

SarifResult sarif_result(const sbom::SecretFinding& finding) {
  SarifResult result{.rule_id = finding.rule->id,
                     .level = level_of(finding.rule->severity),
                     .fingerprints = {{"secretFingerprint/v1", finding.secret.fingerprint}},
                     .accepted = finding.accepted};
  SarifLocation location;
  if (finding.part) {
    location.logical_name = place_of(finding);
    location.logical_kind = "object";
  } else {
    location.uri = finding.path;
    location.line = finding.secret.line;
    location.column = finding.secret.column;
    if (finding.secret.line == 0) location.byte_offset = finding.secret.offset;
    location.size_bytes = finding.secret.size_bytes;
    location.logical_name = fmt::format("layer {}", finding.layers.back() + 1);
    location.logical_kind = "module";
  }
  result.locations = {location};
  const std::string layers = layers_of(finding);
  result.message =
      fmt::format("{} ({}) in {}{}", finding.rule->title, finding.secret.excerpt, place_of(finding),
                  layers.empty() ? "" : fmt::format(", layer {}", layers));
  result.properties = {{"state", to_string(finding.state)}};
  return result;
}

}  // namespace

std::string place_of(const sbom::SecretFinding& finding) {
  if (finding.part) {
    return fmt::format("{}{}{}", to_string(*finding.part), finding.path.empty() ? "" : " ",
                       printable(finding.path));
  }
  const std::string path = "/" + printable(finding.path);
  return finding.secret.line == 0 ? path : fmt::format("{}:{}", path, finding.secret.line);
}

std::string layers_of(const sbom::SecretFinding& finding) {
  std::string text;
  for (const std::size_t layer : finding.layers) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", layer + 1);
  }
  if (finding.state == sbom::SecretState::visible) return text;
  text += fmt::format(", {}", to_string(finding.state));
  if (finding.hidden_by) text += fmt::format(" in {}", *finding.hidden_by + 1);
  return text;
}

std::string secrets_table(const sbom::SecretReport& report) {
  Table table({"SEVERITY", "RULE", "WHERE", "LAYER", "SECRET", "FINGERPRINT"});
  std::size_t accepted = 0;
  std::size_t shown = 0;
  for (const sbom::SecretFinding& finding : report.findings) {
    if (finding.accepted) {
      ++accepted;
      continue;
    }
    ++shown;
    table.add({std::string(to_string(finding.rule->severity)), finding.rule->id, place_of(finding),
               layers_of(finding), finding.secret.excerpt, finding.secret.fingerprint});
  }
  std::string text = shown > 0 ? table.text() : "No secrets found.\n";
  if (accepted > 0) text += fmt::format("{} accepted by the rules, not shown.\n", accepted);
  for (const Json& remark : secrets_record(report, {})["remarks"]) {
    text += fmt::format("{}: {}\n", remark["path"].get<std::string>(),
                        remark["message"].get<std::string>());
  }
  return text;
}

Json secrets_record(const sbom::SecretReport& report, const SearchedImage& image) {
  Json findings = Json::array();
  for (const sbom::SecretFinding& finding : report.findings) {
    findings.push_back(record_of(finding));
  }
  Json remarks = Json::array();
  for (const sbom::Remark& remark : report.remarks) {
    remarks.push_back({{"path", "/" + printable(remark.path)}, {"message", remark.message}});
  }
  return {{"image", image.name},
          {"digest", image.digest},
          {"platform", image.platform},
          {"findings", findings},
          {"remarks", remarks}};
}

SarifRun secrets_sarif(const sbom::SecretReport& report, const SearchedImage& image) {
  SarifRun run{.tool = "lade secrets",
               .version = version_number(),
               .properties = {
                   {"image", image.name}, {"digest", image.digest}, {"platform", image.platform}}};
  std::map<std::string, const sbom::SecretRule*> met;
  for (const sbom::SecretFinding& finding : report.findings) {
    met[finding.rule->id] = finding.rule;
    run.results.push_back(sarif_result(finding));
  }
  for (const auto& [id, rule] : met) run.rules.push_back(sarif_rule(*rule));
  for (const sbom::Remark& remark : report.remarks) {
    run.warnings.push_back(fmt::format("/{}: {}", printable(remark.path), remark.message));
  }
  return run;
}

}  // namespace lade::cmd
