#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/language/jar_manifest.h"
#include "sbom/language/maven_pom.h"

namespace lade::sbom {

/// Name, version and classifier as a file's name tells them: "netty-4.1.9.Final-linux.jar".
struct JarFileName {
  std::string stem{};      ///< without extension
  std::string artifact{};  ///< the stem up to the version
  std::string version{};   ///< with what follows it; empty if there is none
};

JarFileName parse_jar_file_name(std::string_view file_name);

/// Which of the projects whose metadata is in an archive is the archive itself; the others are
/// shaded into it. Nothing if the file's name and the manifest speak for none of them.
std::optional<std::size_t> own_project(const std::vector<MavenName>& projects,
                                       const JarFileName& file_name, const JarManifest& manifest);

/// What the manifest and the file's name say where Maven's metadata does not; parts that neither
/// tells are empty.
MavenName name_by_manifest(const JarFileName& file_name, const JarManifest& manifest);

/// "linux-x86_64" of netty-transport-native-epoll-4.1.9.Final-linux-x86_64; else empty.
std::string jar_classifier(const JarFileName& file_name, const MavenName& name);

/// The group under which an artifact of this name is published, for those that tell it nowhere in
/// themselves; empty if it is none that is known.
std::string_view known_maven_group(std::string_view artifact, std::string_view version);

}  // namespace lade::sbom
