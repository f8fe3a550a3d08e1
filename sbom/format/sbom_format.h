#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sbom/format/options.h"
#include "sbom/model/inventory.h"

namespace lade::sbom {

enum class SbomFormat : unsigned char {
  spdx_json,
  spdx_tag_value,
  spdx3_json,
  cyclonedx_json,
  cyclonedx_xml,
  syft_json,
  github_json,
  table,
  purls,
  text
};

/// A format, in the version that is asked for.
struct FormatChoice {
  SbomFormat format = SbomFormat::table;
  std::string version{};  ///< empty: the newest that Lade writes

  bool operator==(const FormatChoice&) const = default;
};

/// "spdx-json", as syft names them.
std::string_view to_string(SbomFormat format);
/// Every name, for help and completion.
std::vector<std::string> format_names();
/// "cyclonedx-json@1.5": `invalid` for another name (with the nearest one), `unsupported` for a
/// version that Lade does not write (SPDX 2.3 and 3.0.1, CycloneDX 1.5 and 1.6).
FormatChoice parse_format(std::string_view text);

/// The media type of a document of this format, for referrers.
std::string_view media_type_of(SbomFormat format);
/// The type of an in-toto predicate that holds such a document; empty for formats that are none.
std::string_view predicate_type_of(SbomFormat format);

/// The inventory as a document: a function of its arguments, the same bytes each time.
std::string write_sbom(const Inventory& inventory, const FormatChoice& choice,
                       const WriteOptions& options);

}  // namespace lade::sbom
