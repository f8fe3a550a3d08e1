#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lade::sbom {

struct GoModule {
  std::string path{};
  std::string version{};  ///< "v1.2.3", a pseudo-version, "(devel)" or empty
  std::string sum{};      ///< "h1:…" as in go.sum, or empty

  bool operator==(const GoModule&) const = default;
};

/// A module in a program, and the one that took its place, if one did.
struct GoDependency {
  GoModule module{};
  std::optional<GoModule> replacement{};

  bool operator==(const GoDependency&) const = default;
};

/// runtime/debug.BuildInfo, as its String method writes it.
struct GoModules {
  std::string path{};                  ///< of the main package
  std::optional<GoDependency> main{};  ///< nothing for a GOPATH build
  std::vector<GoDependency> dependencies{};
  std::vector<std::pair<std::string, std::string>> settings{};  ///< "vcs.revision", "-ldflags"

  /// Empty if there is no such setting.
  std::string_view setting(std::string_view key) const;
  bool operator==(const GoModules&) const = default;
};

/// Reads the text of GoBuildInfo::modules. Lines that mean nothing are passed over, as newer
/// versions of Go may add some.
GoModules parse_go_modules(std::string_view text);

/// A string as Go writes it in its source, in double or back quotes; other texts are themselves.
std::string unquote_go(std::string_view text);

}  // namespace lade::sbom
