#pragma once

#include <string>
#include <string_view>

#include "sbom/binary/go_modules.h"

namespace lade::sbom {

/// The version of the main module: its own; where that is "(devel)", what the linker was told to
/// write into a variable called version of the program (-ldflags "-X main.version=1.2.3"), else the
/// pseudo-version of the revision it was built from. Empty if nothing tells.
std::string main_version(const GoModules& modules);

/// "1.22.1" of "go1.22.1 X:boringcrypto" and of "devel go1.22.1-abc Mon Jan 1 …"; empty if it is no
/// version of Go's.
std::string stdlib_version(std::string_view go_version);

}  // namespace lade::sbom
