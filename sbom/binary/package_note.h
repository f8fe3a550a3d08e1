#pragma once

#include <optional>
#include <string_view>

#include "sbom/model/package.h"

namespace lade::sbom {

/// The package that the JSON of .note.package names (systemd, "Package Metadata for Executable
/// Files"): type, name, version, architecture, and "os" as its namespace. `invalid` for what is no
/// such JSON; nothing if it names no package.
std::optional<Package> parse_package_note(std::string_view json);

}  // namespace lade::sbom
