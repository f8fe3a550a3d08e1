#pragma once

#include <cstddef>
#include <span>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// The packages of a Chisel manifest (jsonwall 1.0, zstd), of which slices are installed, with the
/// paths that these slices brought as note (owned_paths_of).
Find parse_chisel_manifest(std::span<const std::byte> packed);

}  // namespace lade::sbom
