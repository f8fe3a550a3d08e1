#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// A piece of software that a file tells of.
struct Release {
  std::string name{};
  std::string version{};
  std::string supplier{};
  std::string cpes{};  ///< "vendor:product", as VersionRule::cpes

  bool operator==(const Release&) const = default;
};

/// The last components of the paths of release files: "release", "patchlevel.h", …
std::vector<std::string_view> release_file_names();

/// Whether a path may be one: names like "release" and "VERSION" mean something only in their
/// place.
bool is_release_path(std::string_view path);

/// What a release file says: `release` of a JVM, Python's patchlevel.h, Node's node_version.h,
/// Ruby's rbconfig.rb, VERSION of a Go toolchain, OTP_VERSION of Erlang, elixir.app, DESCRIPTION of
/// R's base package, julia_version.h, .version of a .NET runtime. Nothing if it is not what its
/// path promises.
std::optional<Release> parse_release_file(std::string_view path, std::string_view text);

}  // namespace lade::sbom
