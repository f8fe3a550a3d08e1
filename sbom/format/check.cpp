#include "sbom/format/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/format/json_writer.h"
#include "sbom/format/license_terms.h"
#include "sbom/format/party.h"

namespace lade::sbom {
namespace {

constexpr std::string_view dependencies_field = "dependency relationships";

bool can_be_reached(std::string_view party) {
  const Party parsed = parse_party(party);
  return !parsed.email.empty() || !parsed.url.empty();
}

/// TR-03183-2, section 4: SPDX 3.0.1 or CycloneDX 1.6, and later ones.
bool is_bsi_format(const SbomDocument& document) {
  switch (document.format) {
    case SbomFormat::spdx3_json:
      return document.version != "3.0.0" && document.version != "3.0";
    case SbomFormat::cyclonedx_json:
    case SbomFormat::cyclonedx_xml:
      return document.version == "1.6" || document.version == "1.7";
    default:
      return false;
  }
}

std::vector<std::string> lacking_ntia(const SbomDocument& document) {
  std::vector<std::string> missing;
  if (document.author.empty() && document.tools.empty()) missing.emplace_back("author");
  if (!document.created) missing.emplace_back("timestamp");
  const Inventory& inventory = document.inventory;
  if (inventory.packages.size() > 1 && inventory.relations.empty()) {
    missing.emplace_back(dependencies_field);
  }
  return missing;
}

std::vector<std::string> lacking_ntia(const Package& package) {
  std::vector<std::string> missing;
  if (package.supplier.empty()) missing.emplace_back("supplier");
  if (package.name.empty()) missing.emplace_back("name");
  if (package.version.empty()) missing.emplace_back("version");
  if (package.purl.empty() && package.cpes.empty()) missing.emplace_back("unique identifier");
  return missing;
}

std::vector<std::string> lacking_bsi(const SbomDocument& document) {
  std::vector<std::string> missing;
  if (!is_bsi_format(document)) {
    missing.push_back(fmt::format("format (SPDX 3.0.1 or CycloneDX 1.6, not {} {})",
                                  to_string(document.format), printable(document.version)));
  }
  if (!can_be_reached(document.author)) missing.emplace_back("creator (with email or URL)");
  if (!document.created) missing.emplace_back("timestamp");
  return missing;
}

std::vector<std::string> lacking_bsi(const Package& package) {
  std::vector<std::string> missing;
  if (!can_be_reached(package.supplier)) {
    missing.emplace_back("component creator (with email or URL)");
  }
  if (package.name.empty()) missing.emplace_back("name");
  if (package.version.empty()) missing.emplace_back("version");
  if (package.file_name.empty()) missing.emplace_back("filename");
  if (!package.knows_all_dependencies) missing.emplace_back("dependencies (completeness)");
  const std::string terms = license_terms(package).concluded;
  if (!is_license_expression(terms)) missing.emplace_back("distribution licence");
  const bool has_hash = std::any_of(
      package.hashes.begin(), package.hashes.end(),
      [](const PackageHash& hash) { return hash.algorithm == "sha512" && !hash.hex.empty(); });
  if (!has_hash) missing.emplace_back("hash (SHA-512)");
  if (!package.is_executable) missing.emplace_back("executable property");
  if (!package.is_archive) missing.emplace_back("archive property");
  if (!package.is_structured) missing.emplace_back("structured property");
  return missing;
}

std::string_view title_of(CheckProfile profile) {
  return profile == CheckProfile::bsi ? "BSI TR-03183-2 v2" : "NTIA minimum elements";
}

std::string shown(const CheckGap& gap) {
  if (gap.name.empty() && gap.purl.empty()) return "the document";
  const std::string name = gap.name.empty() ? gap.purl : gap.name;
  return printable(gap.version.empty() ? name : name + " " + gap.version);
}

std::string verdict_of(const CheckReport& report) {
  if (report.is_met()) {
    return fmt::format("met by all {} components", report.components);
  }
  if (report.components == 0) return "not met: no component is listed";
  const bool is_document =
      !report.gaps.empty() && report.gaps.front().name.empty() && report.gaps.front().purl.empty();
  const std::size_t lacking = report.gaps.size() - (is_document ? 1 : 0);
  return fmt::format("not met: {} of {} components{} {} something", lacking, report.components,
                     is_document ? " and the document" : "",
                     lacking == 1 && !is_document ? "lacks" : "lack");
}

}  // namespace

std::string_view to_string(CheckProfile profile) {
  return profile == CheckProfile::bsi ? "bsi" : "ntia";
}

CheckProfile parse_check_profile(std::string_view text) {
  if (text == "bsi") return CheckProfile::bsi;
  if (text == "ntia") return CheckProfile::ntia;
  fail(ErrorKind::invalid, "\"{}\" is nothing to hold an SBOM against; there are bsi and ntia",
       printable(text));
}

CheckReport check_sbom(const SbomDocument& document, CheckProfile profile) {
  const bool is_bsi = profile == CheckProfile::bsi;
  CheckReport report{.profile = profile, .components = document.inventory.packages.size()};
  CheckGap whole{.missing = is_bsi ? lacking_bsi(document) : lacking_ntia(document)};
  if (!whole.missing.empty()) report.gaps.push_back(std::move(whole));
  for (const Package& package : document.inventory.packages) {
    CheckGap gap{.name = package.name, .version = package.version, .purl = package.purl};
    gap.missing = is_bsi ? lacking_bsi(package) : lacking_ntia(package);
    for (const std::string& field : gap.missing) ++report.lacking[field];
    if (!gap.missing.empty()) report.gaps.push_back(std::move(gap));
  }
  return report;
}

std::string check_to_text(const CheckReport& report) {
  std::string text = fmt::format("{}: {}\n", title_of(report.profile), verdict_of(report));
  for (const CheckGap& gap : report.gaps) {
    text += fmt::format("  {}: {}\n", shown(gap), join(gap.missing, ", "));
  }
  if (report.lacking.empty()) return text;
  text += "missing in how many components:\n";
  for (const auto& [field, components] : report.lacking) {
    text += fmt::format("  {}: {}\n", field, components);
  }
  return text;
}

std::string check_to_json(const CheckReport& report) {
  JsonWriter json;
  json.open_object();
  json.member("schemaVersion", std::uint64_t{1});
  json.member("profile", to_string(report.profile));
  json.member("standard", title_of(report.profile));
  json.member("met", report.is_met());
  json.member("components", std::uint64_t{report.components});
  json.key("lacking");
  json.open_object();
  for (const auto& [field, components] : report.lacking) {
    json.member(field, std::uint64_t{components});
  }
  json.close_object();
  json.key("gaps");
  json.open_array();
  for (const CheckGap& gap : report.gaps) {
    json.open_object();
    json.member("subject", gap.name.empty() && gap.purl.empty() ? "document" : "component");
    json.member_unless_empty("name", gap.name);
    json.member_unless_empty("version", gap.version);
    json.member_unless_empty("purl", gap.purl);
    json.strings_unless_empty("missing", gap.missing);
    json.close_object();
  }
  json.close_array();
  json.close_object();
  return std::move(json).finish();
}

}  // namespace lade::sbom
