#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sbom/binary/elf_file.h"

namespace lade::sbom {

/// What Go's linker writes of itself into a program: two texts.
struct GoBuildInfo {
  std::string go_version{};  ///< "go1.22.1", "go1.21.3 X:boringcrypto", "devel go1.23-…"
  std::string modules{};     ///< runtime/debug.BuildInfo as text; empty for a GOPATH build

  bool operator==(const GoBuildInfo&) const = default;
};

/// Whether Go's linker made the file, whatever is left of its build information.
bool is_go_program(const ElfFile& file);

/// Reads the build information: by its section, else by its magic in the data that is loaded
/// writable, as `go version` does. Nothing if there is none. `corrupt` if there is one whose texts
/// are not in the file.
std::optional<GoBuildInfo> find_go_build_info(const ElfFile& file);

}  // namespace lade::sbom
