#include "cmd/scan_report.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "cmd/output/table.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// Worst first, then by what people search for.
std::vector<std::size_t> order_of(const ScanReport& report) {
  std::vector<std::size_t> order(report.matches.findings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rank = [&](std::size_t index) {
    const sbom::Rating& rating = report.ratings[index];
    return std::make_pair(rating.severity ? static_cast<int>(*rating.severity) : -1, rating.risk);
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool a_counts = counts(report.matches.findings[a]);
    const bool b_counts = counts(report.matches.findings[b]);
    if (a_counts != b_counts) return a_counts;
    return rank(a) > rank(b);
  });
  return order;
}

std::string risk_text(const sbom::Finding& finding, const sbom::Rating& rating) {
  std::string text = finding.epss || finding.kev ? fmt::format("{:.1f}", rating.risk) : "";
  if (finding.kev) text += " (KEV)";
  return text;
}

/// "3 critical, 1 high; 2 of them have a fix".
std::string summary_of(const ScanReport& report) {
  std::map<std::string_view, std::size_t> by_severity;
  std::size_t fixable = 0;
  std::size_t suppressed = 0;
  for (std::size_t i = 0; i < report.matches.findings.size(); ++i) {
    const sbom::Finding& finding = report.matches.findings[i];
    if (!counts(finding)) {
      ++suppressed;
      continue;
    }
    ++by_severity[severity_word(report.ratings[i])];
    if (!finding.fixed_in.empty()) ++fixable;
  }
  std::vector<std::string> parts;
  std::size_t all = 0;
  for (const std::string_view word : {"critical", "high", "medium", "low", "none", "unknown"}) {
    const auto found = by_severity.find(word);
    if (found == by_severity.end()) continue;
    all += found->second;
    parts.push_back(fmt::format("{} {}", found->second, word));
  }
  const std::size_t looked_up = report.matches.matched_packages;
  const std::size_t packages = report.inventory.packages.size();
  if (looked_up == 0) {
    return fmt::format("Nothing could be looked up: there is no data on any of {} packages\n",
                       packages);
  }
  std::string text = all == 0   ? "No known vulnerability"
                     : all == 1 ? "1 known vulnerability"
                                : fmt::format("{} known vulnerabilities", all);
  text += fmt::format(" in {} of {} packages that there is data for", looked_up, packages);
  if (!parts.empty()) text += ": " + join(parts, ", ");
  if (fixable > 0) text += fmt::format("; {} with a fix", fixable);
  if (suppressed > 0) text += fmt::format("; {} suppressed", suppressed);
  return text + "\n";
}

Json locations_of(const ScanReport& report, const sbom::Package& package) {
  Json locations = Json::array();
  for (const sbom::Location& location : package.locations) {
    Json one = {{"path", "/" + location.path}};
    if (!location.inner.empty()) one["inner"] = location.inner;
    if (location.layer < report.inventory.subject.layers.size()) {
      const sbom::LayerOrigin& layer = report.inventory.subject.layers[location.layer];
      if (layer.diff_id) one["layer"] = layer.diff_id->str();
    }
    locations.push_back(std::move(one));
  }
  return locations;
}

Json rating_record(const sbom::Rating& rating) {
  Json all = Json::array();
  for (const sbom::SourceRating& one : rating.all) {
    Json record = {{"source", one.source}, {"scheme", one.scheme}};
    if (one.severity) record["severity"] = to_string(*one.severity);
    if (one.score) record["score"] = *one.score;
    if (!one.vector.empty()) record["vector"] = one.vector;
    all.push_back(std::move(record));
  }
  return all;
}

Json finding_record(const ScanReport& report, std::size_t index) {
  const sbom::Finding& finding = report.matches.findings[index];
  const sbom::Rating& rating = report.ratings[index];
  const sbom::Package& package = report.inventory.packages[finding.package];
  Json record = {{"id", finding.id},
                 {"aliases", finding.aliases},
                 {"severity", severity_word(rating)},
                 {"score", rating.score ? Json(*rating.score) : Json()},
                 {"vector", rating.vector},
                 {"ratings", rating_record(rating)},
                 {"risk", rating.risk},
                 {"epss", nullptr},
                 {"kev", nullptr},
                 {"state", to_string(finding.state)},
                 {"fixedIn", finding.fixed_in},
                 {"note", finding.note},
                 {"summary", report.summaries[index]},
                 {"cwes", finding.cwes},
                 {"url", link_of(finding.id)}};
  if (finding.epss) {
    record["epss"] = {{"probability", finding.epss->probability},
                      {"percentile", finding.epss->percentile}};
  }
  if (finding.kev) {
    record["kev"] = {{"added", finding.kev->added},
                     {"due", finding.kev->due},
                     {"ransomware", finding.kev->ransomware}};
  }
  if (finding.published) record["published"] = to_rfc3339(*finding.published);
  if (finding.modified) record["modified"] = to_rfc3339(*finding.modified);
  record["sources"] = Json::array();
  for (const sbom::FindingSource& source : finding.sources) {
    record["sources"].push_back({{"provider", source.provider},
                                 {"advisory", source.advisory},
                                 {"ecosystem", source.ecosystem},
                                 {"name", source.name}});
  }
  record["package"] = {{"id", package.id},           {"name", package.name},
                       {"version", package.version}, {"type", to_string(package.type)},
                       {"purl", package.purl},       {"locations", locations_of(report, package)}};
  if (!counts(finding)) {
    record["suppressed"] = {{"by", finding.suppressed_by}, {"reason", finding.suppressed}};
  }
  return record;
}

}  // namespace

bool counts(const sbom::Finding& finding) { return finding.suppressed_by.empty(); }

std::string_view severity_word(const sbom::Rating& rating) {
  return rating.severity ? to_string(*rating.severity) : "unknown";
}

std::string link_of(const std::string& id) {
  if (id.starts_with("CVE-")) return "https://nvd.nist.gov/vuln/detail/" + id;
  if (id.starts_with("GHSA-")) return "https://github.com/advisories/" + id;
  return "https://osv.dev/vulnerability/" + id;
}

std::string fix_text(const sbom::Finding& finding) {
  if (!finding.fixed_in.empty()) return "fixed in " + join(finding.fixed_in, ", ");
  switch (finding.state) {
    case sbom::FixState::wont_fix:
      return "will not be fixed";
    case sbom::FixState::undetermined:
      return "under investigation";
    default:
      return "no fix";
  }
}

std::string scan_table(const ScanReport& report) {
  Table table({"PACKAGE", "VERSION", "FIX", "TYPE", "VULNERABILITY", "SEVERITY", "RISK"});
  std::set<std::vector<std::string>> shown;
  std::string suppressed;
  for (const std::size_t index : order_of(report)) {
    const sbom::Finding& finding = report.matches.findings[index];
    const sbom::Package& package = report.inventory.packages[finding.package];
    if (!counts(finding)) {
      suppressed +=
          fmt::format("  {} in {} {}: {}\n", printable(finding.id), printable(package.name),
                      printable(package.version), printable(finding.suppressed));
      continue;
    }
    std::vector<std::string> cells{package.name,
                                   package.version,
                                   fix_text(finding),
                                   std::string(to_string(package.type)),
                                   finding.id,
                                   std::string(severity_word(report.ratings[index])),
                                   risk_text(finding, report.ratings[index])};
    // the same package may be in many places
    if (shown.insert(cells).second) table.add(std::move(cells));
  }
  std::string text = !shown.empty() ? table.text() + "\n" : "";
  text += summary_of(report);
  if (report.show_suppressed && !suppressed.empty()) text += "Suppressed:\n" + suppressed;
  return text;
}

std::string scan_json(const ScanReport& report) {
  const sbom::Subject& subject = report.inventory.subject;
  Json record = {{"schemaVersion", 1}, {"target", report.target}, {"image", nullptr}};
  if (subject.manifest) {
    record["image"] = {{"name", subject.name},
                       {"version", subject.version},
                       {"digest", subject.manifest->str()},
                       {"platform", subject.platform}};
  }
  record["distribution"] = nullptr;
  if (const auto& distribution = report.inventory.distribution) {
    record["distribution"] = {{"id", distribution->id},
                              {"version", distribution->version_id},
                              {"name", distribution->pretty_name}};
  }
  record["packages"] = report.inventory.packages.size();
  record["packagesWithData"] = report.matches.matched_packages;
  record["gaps"] = report.gaps;
  record["notes"] = report.notes;
  record["uncovered"] = Json::array();
  for (const sbom::Uncovered& uncovered : report.matches.uncovered) {
    record["uncovered"].push_back(
        {{"ecosystem", uncovered.ecosystem}, {"packages", uncovered.packages}});
  }
  record["databases"] = Json::array();
  for (const sbom::ProviderInfo& provider : report.providers) {
    record["databases"].push_back(
        {{"name", provider.name},
         {"kind", to_string(provider.kind)},
         {"dataTime", provider.data_time ? Json(to_rfc3339(*provider.data_time)) : Json()}});
  }
  record["findings"] = Json::array();
  for (const std::size_t index : order_of(report)) {
    record["findings"].push_back(finding_record(report, index));
  }
  return to_pretty(record) + "\n";
}

}  // namespace lade::cmd
