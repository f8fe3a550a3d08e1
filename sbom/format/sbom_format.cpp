#include "sbom/format/sbom_format.h"

#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/format/cyclonedx_document.h"
#include "sbom/format/spdx_document.h"
#include "sbom/format/syft.h"

namespace lade::sbom {
namespace {

struct FormatRow {
  SbomFormat format;
  std::string_view name;
  std::string_view versions;  ///< those that can be asked for, the newest first
  std::string_view media_type;
  std::string_view predicate;
};

constexpr std::string_view spdx_predicate = "https://spdx.dev/Document";
constexpr std::string_view cyclonedx_predicate = "https://cyclonedx.org/bom";

constexpr std::array<FormatRow, 10> format_rows{{
    {SbomFormat::spdx_json, "spdx-json", "2.3", "application/spdx+json", spdx_predicate},
    {SbomFormat::spdx_tag_value, "spdx-tag-value", "2.3", "text/spdx", spdx_predicate},
    {SbomFormat::spdx3_json, "spdx3-json", "3.0.1", "application/spdx+json", spdx_predicate},
    {SbomFormat::cyclonedx_json, "cyclonedx-json", "1.6 1.5", "application/vnd.cyclonedx+json",
     cyclonedx_predicate},
    {SbomFormat::cyclonedx_xml, "cyclonedx-xml", "1.6 1.5", "application/vnd.cyclonedx+xml",
     cyclonedx_predicate},
    {SbomFormat::syft_json, "syft-json", "16", "application/vnd.syft+json", "https://syft.dev/bom"},
    {SbomFormat::github_json, "github-json", "0", "application/json", ""},
    {SbomFormat::table, "table", "", "text/plain", ""},
    {SbomFormat::purls, "purls", "", "text/plain", ""},
    {SbomFormat::text, "text", "", "text/plain", ""},
}};

const FormatRow& row_of(SbomFormat format) {
  return *std::find_if(format_rows.begin(), format_rows.end(),
                       [&](const FormatRow& row) { return row.format == format; });
}

}  // namespace

std::string_view to_string(SbomFormat format) { return row_of(format).name; }

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const FormatRow& row : format_rows) names.emplace_back(row.name);
  return names;
}

FormatChoice parse_format(std::string_view text) {
  const std::size_t at = text.find('@');
  const std::string_view name = text.substr(0, at);
  const auto* const row = std::find_if(format_rows.begin(), format_rows.end(),
                                       [&](const FormatRow& known) { return known.name == name; });
  if (row == format_rows.end()) {
    std::vector<std::string_view> names;
    for (const FormatRow& known : format_rows) names.push_back(known.name);
    const auto meant = did_you_mean(name, names);
    fail(ErrorKind::invalid, "\"{}\" is no format of SBOMs{}; there are {}", printable(name),
         meant ? " (did you mean " + *meant + "?)" : "", join(format_names(), ", "));
  }
  FormatChoice choice{row->format, {}};
  if (at == std::string_view::npos) return choice;
  choice.version = text.substr(at + 1);
  const std::vector<std::string> versions = split(row->versions, ' ');
  if (std::find(versions.begin(), versions.end(), choice.version) == versions.end() ||
      choice.version.empty()) {
    fail(ErrorKind::unsupported, "{} is not written in version \"{}\"; there is {}", name,
         printable(choice.version), row->versions.empty() ? "none to choose" : row->versions);
  }
  return choice;
}

std::string_view media_type_of(SbomFormat format) { return row_of(format).media_type; }

std::string_view predicate_type_of(SbomFormat format) { return row_of(format).predicate; }

std::string write_sbom(const Inventory& inventory, const FormatChoice& choice,
                       const WriteOptions& options) {
  const std::string version = choice.version.empty() ? "1.6" : choice.version;
  switch (choice.format) {
    case SbomFormat::spdx_json:
      return write_spdx_json(to_spdx(inventory, options));
    case SbomFormat::spdx_tag_value:
      return write_spdx_tags(to_spdx(inventory, options));
    case SbomFormat::spdx3_json:
      return write_spdx3(to_spdx(inventory, options));
    case SbomFormat::cyclonedx_json:
      return write_cyclonedx_json(to_cyclonedx(inventory, options, version));
    case SbomFormat::cyclonedx_xml:
      return write_cyclonedx_xml(to_cyclonedx(inventory, options, version));
    case SbomFormat::syft_json:
      return write_syft(inventory, options);
    case SbomFormat::github_json:
      return write_github(inventory, options);
    case SbomFormat::table:
      return write_table(inventory);
    case SbomFormat::purls:
      return write_purls(inventory);
    case SbomFormat::text:
      return write_text(inventory);
  }
  fail(ErrorKind::internal, "a format of SBOMs that nobody writes");
}

}  // namespace lade::sbom
