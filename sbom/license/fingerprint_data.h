#pragma once

#include <string_view>

namespace lade::sbom {

/// The bytes of fingerprints.bin, compiled in (sbom/CMakeLists.txt).
extern const std::string_view fingerprint_data;

}  // namespace lade::sbom
