#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

struct RustCrate {
  std::string name{};
  std::string version{};
  std::string source{};    ///< "crates.io", "git", "local", "registry" or a name
  bool for_build = false;  ///< a build script or macro needs it; it is not in the program
  bool root = false;       ///< what was built
  std::vector<std::size_t> dependencies{};  ///< by index

  bool operator==(const RustCrate&) const = default;
};

/// Reads the contents of a section .dep-v0 (cargo-auditable, "PARSING.md"): JSON packed by zlib.
/// `corrupt` if it does not unpack within 4 MiB, `invalid` if it is not that JSON or a dependency
/// is none of its packages.
std::vector<RustCrate> parse_rust_dep_info(std::span<const std::byte> section);

/// The JSON inside.
std::vector<RustCrate> parse_rust_dep_json(std::string_view text);

}  // namespace lade::sbom
