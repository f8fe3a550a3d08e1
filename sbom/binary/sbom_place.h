#pragma once

#include <string_view>

namespace lade::sbom {

/// Whether a file of this path is an SBOM of something in the image: named as one ("x.spdx.json",
/// "bom.json", "x.cdx.xml", ".spdx-x.spdx"), and not among what packages bring along of their own
/// builds and tests (node_modules, "tests", "fixtures", …).
bool is_sbom_path(std::string_view path);

}  // namespace lade::sbom
