#pragma once

#include <string_view>

#include "libimage/base/json.h"
#include "sbom/format/spdx_document.h"

namespace lade::sbom {

// Each reads one form of SPDX; they throw `invalid`, naming `what`, and `unsupported` for other
// versions than 2.2, 2.3 and 3.0.

SpdxDocument read_spdx_json(const Json& json, std::string_view what);
SpdxDocument read_spdx_tags(std::string_view text, std::string_view what);
SpdxDocument read_spdx3(const Json& json, std::string_view what);

/// Empty for NOASSERTION and NONE.
std::string asserted(std::string text);

}  // namespace lade::sbom
