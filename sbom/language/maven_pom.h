#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// What Maven calls a project.
struct MavenName {
  std::string group{};
  std::string artifact{};
  std::string version{};

  auto operator<=>(const MavenName&) const = default;
};

/// What a pom.xml says of its project, as far as it is known without its parent's.
struct MavenPom {
  MavenName name{};
  std::string homepage{};
  std::string description{};
  std::string organization{};
  std::vector<std::string> licenses{};  ///< names, else URLs
  /// Of scopes compile and runtime, not optional; the version is empty where it is not told, here
  /// or in dependencyManagement.
  std::vector<MavenName> dependencies{};
};

/// pom.properties as maven-archiver writes it; nothing without an artifact and a version.
std::optional<MavenName> parse_pom_properties(std::string_view text);

/// A pom.xml (maven.apache.org, POM 4.0.0): group and version default to the parent's, `${…}` of
/// its own properties are put in; what then still has a `${` is left empty. `invalid`, naming
/// `what`, if it is no XML or no project.
MavenPom parse_pom(std::string_view text, std::string_view what);

}  // namespace lade::sbom
