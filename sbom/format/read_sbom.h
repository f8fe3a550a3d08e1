#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "sbom/format/sbom_format.h"
#include "sbom/model/inventory.h"

namespace lade::sbom {

/// A document larger than this is refused.
inline constexpr std::size_t sbom_limit_bytes = std::size_t{512} << 20U;

/// An SBOM of whatever maker: what it lists, and what it says of itself.
struct SbomDocument {
  Inventory inventory{};
  SbomFormat format = SbomFormat::spdx_json;
  std::string version{};  ///< of the format: "2.3", "1.6"
  std::optional<Timestamp> created{};
  std::vector<std::string> tools{};  ///< "syft 1.2.3"
  std::string author{};              ///< person or organization, "Name <address>"; empty: none
};

/// Reads SPDX 2.2 and 2.3 (JSON, tag-value), SPDX 3.0 (JSON-LD), CycloneDX 1.2 to 1.7 (JSON, XML)
/// and syft's JSON, told apart by what they say; a SBOM inside of an in-toto statement is read too.
/// Layers, locations and what else Lade, syft or Trivy put into properties and annotations is
/// understood. Throws `invalid`, naming `what`, for damaged documents, and `unsupported` for other
/// formats and versions.
SbomDocument read_sbom(std::string_view text, std::string_view what);

}  // namespace lade::sbom
