#include <map>

#include "cmd/scan_report.h"
#include "cmd/version.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "sbom/format/cyclonedx_document.h"
#include "sbom/format/identity.h"
#include "sbom/format/sbom_format.h"

// Reports for other programs: CycloneDX with vulnerabilities, JUnit, GitLab.
namespace lade::cmd {
namespace {

/// ratings[].method of CycloneDX.
std::string method_of(std::string_view scheme) {
  if (scheme == "CVSS:2.0") return "CVSSv2";
  if (scheme == "CVSS:3.0") return "CVSSv3";
  if (scheme == "CVSS:3.1") return "CVSSv31";
  if (scheme == "CVSS:4.0") return "CVSSv4";
  return "other";
}

Json cyclonedx_ratings(const sbom::Rating& rating) {
  Json ratings = Json::array();
  for (const sbom::SourceRating& one : rating.all) {
    Json record = {{"source", {{"name", one.source}}}};
    if (one.score) record["score"] = *one.score;
    if (one.severity) record["severity"] = to_string(*one.severity);
    record["method"] = method_of(one.scheme);
    if (!one.vector.empty()) record["vector"] = one.vector;
    ratings.push_back(std::move(record));
  }
  return ratings;
}

/// Only who knows better makes a finding not affected: that somebody accepts it does not.
std::string suppressed_state(const sbom::Finding& finding) {
  if (finding.suppressed_by == "withdrawn") return "false_positive";
  if (finding.suppressed_by == "ignored") return "exploitable";
  if (finding.suppressed_by == "vex" && finding.suppressed.starts_with("fixed")) return "resolved";
  // told of the package that owns this one, where it is judged
  if (finding.suppressed.starts_with("told of ")) return "in_triage";
  return "not_affected";
}

Json cyclonedx_analysis(const sbom::Finding& finding) {
  Json analysis = Json::object();
  if (counts(finding)) {
    analysis["state"] = finding.state == sbom::FixState::undetermined ? "in_triage" : "exploitable";
    if (finding.state == sbom::FixState::wont_fix) analysis["response"] = {"will_not_fix"};
    if (!finding.fixed_in.empty()) analysis["response"] = {"update"};
    return analysis;
  }
  analysis["state"] = suppressed_state(finding);
  if (finding.suppressed_by == "ignored") analysis["response"] = {"will_not_fix"};
  analysis["detail"] = finding.suppressed;
  return analysis;
}

Json cyclonedx_vulnerability(const ScanReport& report, std::size_t index, const std::string& ref) {
  const sbom::Finding& finding = report.matches.findings[index];
  Json record = {
      {"bom-ref", finding.id + "/" + ref},
      {"id", finding.id},
      {"source", {{"name", finding.sources.front().provider}, {"url", link_of(finding.id)}}}};
  if (!finding.aliases.empty()) {
    record["references"] = Json::array();
    for (const std::string& alias : finding.aliases) {
      record["references"].push_back({{"id", alias}, {"source", {{"url", link_of(alias)}}}});
    }
  }
  record["ratings"] = cyclonedx_ratings(report.ratings[index]);
  Json cwes = Json::array();
  for (const std::string& cwe : finding.cwes) {
    const auto number = cwe.starts_with("CWE-") ? parse_int(cwe.substr(4)) : std::nullopt;
    if (number) cwes.push_back(*number);
  }
  if (!cwes.empty()) record["cwes"] = std::move(cwes);
  if (!report.summaries[index].empty()) record["description"] = report.summaries[index];
  if (!finding.fixed_in.empty()) {
    record["recommendation"] = "update to " + join(finding.fixed_in, ", ");
  }
  if (finding.published) record["published"] = to_rfc3339(*finding.published);
  if (finding.modified) record["updated"] = to_rfc3339(*finding.modified);
  record["analysis"] = cyclonedx_analysis(finding);
  record["affects"] = {{{"ref", ref}}};
  return record;
}

/// XML's five characters, and what XML 1.0 cannot hold at all.
std::string xml_text(std::string_view text) {
  static const std::map<char, std::string_view> names{
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&apos;"}};
  std::string escaped;
  for (const char c : printable(text)) {
    const auto name = names.find(c);
    if (name == names.end()) {
      escaped += c;
    } else {
      escaped += name->second;
    }
  }
  return escaped;
}

std::string gitlab_severity(const sbom::Rating& rating) {
  if (!rating.severity) return "Unknown";
  if (*rating.severity == sbom::Severity::none) return "Info";
  std::string word(to_string(*rating.severity));
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

Json gitlab_vulnerability(const ScanReport& report, std::size_t index) {
  const sbom::Finding& finding = report.matches.findings[index];
  const sbom::Package& package = report.inventory.packages[finding.package];
  const auto& distribution = report.inventory.distribution;
  return {{"id", sbom::uuid_of(finding.id + "\n" + package.id)},
          {"name", fmt::format("{} in {} {}", finding.id, package.name, package.version)},
          {"description", report.summaries[index]},
          {"severity", gitlab_severity(report.ratings[index])},
          {"solution",
           finding.fixed_in.empty() ? std::string() : "Update to " + join(finding.fixed_in, ", ")},
          {"location",
           {{"dependency", {{"package", {{"name", package.name}}}, {"version", package.version}}},
            {"operating_system", distribution ? distro_qualifier(*distribution) : "unknown"},
            {"image", report.target}}},
          {"identifiers",
           {{{"type", to_lower(finding.id.substr(0, finding.id.find('-')))},
             {"name", finding.id},
             {"value", finding.id},
             {"url", link_of(finding.id)}}}},
          {"links", {{{"url", link_of(finding.id)}}}}};
}

}  // namespace

std::string scan_cyclonedx(const ScanReport& report) {
  const std::vector<std::string> refs = sbom::cyclonedx_refs(report.inventory);
  const std::string text =
      sbom::write_sbom(report.inventory, {sbom::SbomFormat::cyclonedx_json},
                       {.created = report.now, .tool_version = version_number()});
  Json document = parse_json(text, "the document");
  Json vulnerabilities = Json::array();
  for (std::size_t i = 0; i < report.matches.findings.size(); ++i) {
    vulnerabilities.push_back(
        cyclonedx_vulnerability(report, i, refs[report.matches.findings[i].package]));
  }
  for (const std::string& gap : report.gaps) {
    document["metadata"]["properties"].push_back({{"name", "lade:gap"}, {"value", printable(gap)}});
  }
  document["serialNumber"] = "urn:uuid:" + sbom::uuid_of(text + vulnerabilities.dump());
  document["vulnerabilities"] = std::move(vulnerabilities);
  return to_pretty(document) + "\n";
}

std::string scan_junit(const ScanReport& report) {
  std::string cases;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < report.matches.findings.size(); ++i) {
    const sbom::Finding& finding = report.matches.findings[i];
    const sbom::Package& package = report.inventory.packages[finding.package];
    cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\">\n",
                         xml_text(package.name + " " + package.version), xml_text(finding.id));
    if (counts(finding)) {
      ++failures;
      cases += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                           severity_word(report.ratings[i]), xml_text(fix_text(finding)),
                           xml_text(report.summaries[i] + " " + link_of(finding.id)));
    } else {
      cases += fmt::format("      <skipped message=\"{}\"/>\n", xml_text(finding.suppressed));
    }
    cases += "    </testcase>\n";
  }
  // what could not be looked at must not look like success
  for (const std::string& gap : report.gaps) {
    cases += fmt::format(
        "    <testcase classname=\"lade\" name=\"data\">\n      <error message=\"{}\"/>\n"
        "    </testcase>\n",
        xml_text(gap));
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}  </testsuite>\n"
      "</testsuites>\n",
      xml_text(report.target), report.matches.findings.size() + report.gaps.size(), failures,
      report.gaps.size(), cases);
}

std::string scan_gitlab(const ScanReport& report) {
  const Json scanner = {{"id", "lade"},
                        {"name", "Lade"},
                        {"version", version_number()},
                        {"vendor", {{"name", "Lade"}}}};
  // GitLab wants no zone and no fraction
  const std::string time = to_rfc3339({report.now.seconds, 0}).substr(0, 19);
  Json document = {{"version", "15.0.7"},
                   {"scan",
                    {{"analyzer", scanner},
                     {"scanner", scanner},
                     {"start_time", time},
                     {"end_time", time},
                     {"status", "success"},
                     {"type", "container_scanning"}}},
                   {"vulnerabilities", Json::array()}};
  for (const std::string& gap : report.gaps) {
    document["scan"]["messages"].push_back({{"level", "warn"}, {"value", printable(gap)}});
  }
  for (std::size_t i = 0; i < report.matches.findings.size(); ++i) {
    if (!counts(report.matches.findings[i])) continue;
    document["vulnerabilities"].push_back(gitlab_vulnerability(report, i));
  }
  return to_pretty(document) + "\n";
}

}  // namespace lade::cmd
