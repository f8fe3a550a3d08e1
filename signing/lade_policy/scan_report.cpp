#include "signing/lade_policy/scan_report.h"

#include <algorithm>

#include "libimage/base/text.h"
#include "signing/attest/predicate_condition.h"

namespace lade::signing {
namespace {

Severity severity_of(const std::string& text) {
  const std::string word = to_lower(text);
  if (word == "critical") return Severity::critical;
  if (word == "high" || word == "important") return Severity::high;
  if (word == "medium" || word == "moderate") return Severity::medium;
  if (word == "low" || word == "negligible" || word == "info" || word == "none") {
    return Severity::low;
  }
  return Severity::unknown;
}

std::vector<ScanFinding> read_each(const std::vector<const Json*>& entries,
                                   std::string_view id_path, std::string_view severity_path) {
  std::vector<ScanFinding> findings;
  for (const Json* entry : entries) {
    findings.push_back(
        {.id = text_at(*entry, id_path), .severity = severity_of(text_at(*entry, severity_path))});
  }
  return findings;
}

bool is_set_aside(const Json& vulnerability) {
  const std::string state = text_at(vulnerability, "analysis.state");
  return state == "not_affected" || state == "false_positive" || state.starts_with("resolved");
}

/// What is unknown counts only if there is nothing else.
Severity worst_rating(const Json& vulnerability) {
  Severity worst = Severity::unknown;
  for (const Json* one : values_at(vulnerability, "ratings.*.severity")) {
    if (one->is_string()) worst = std::min(worst, severity_of(one->get<std::string>()));
  }
  return worst;
}

std::vector<ScanFinding> read_cyclonedx(const Json& report) {
  std::vector<ScanFinding> findings;
  for (const Json* one : values_at(report, "vulnerabilities.*")) {
    if (is_set_aside(*one)) continue;
    const std::size_t packages = std::max<std::size_t>(1, values_at(*one, "affects.*").size());
    findings.insert(findings.end(), packages,
                    {.id = text_at(*one, "id"), .severity = worst_rating(*one)});
  }
  return findings;
}

bool has_list(const Json& json, const std::string& key) {
  return json.is_object() && json.contains(key) && json.at(key).is_array();
}

}  // namespace

std::optional<std::vector<ScanFinding>> read_findings(const Json& predicate) {
  const auto result = values_at(predicate, "scanner.result");
  const Json& report = result.empty() ? predicate : *result.front();
  if (has_list(report, "matches")) {
    return read_each(values_at(report, "matches.*"), "vulnerability.id", "vulnerability.severity");
  }
  // Trivy leaves out the list if nothing was looked at
  if (has_list(report, "Results")) {
    return read_each(values_at(report, "Results.*.Vulnerabilities.*"), "VulnerabilityID",
                     "Severity");
  }
  if (text_at(report, "bomFormat") == "CycloneDX" && has_list(report, "vulnerabilities")) {
    return read_cyclonedx(report);
  }
  return std::nullopt;
}

}  // namespace lade::signing
