#include <set>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/composer_installed.h"
#include "sbom/language/lenient_json.h"
#include "sbom/language/lockfile.h"
#include "sbom/language/maven_pom.h"
#include "sbom/language/npm_manifest.h"
#include "sbom/language/python_metadata.h"

namespace lade::sbom {

LockedPackages parse_pipfile_lock(std::string_view text, std::string_view what) {
  const Json root = parse_lenient_json(text, what);
  if (!member_of(root, "_meta").is_object()) {
    fail(ErrorKind::invalid, "{} is no lock file of Pipenv", printable(what));
  }
  LockedPackages locked;
  for (const char* section : {"default", "develop"}) {
    const Json& packages = member_of(root, section);
    if (!packages.is_object()) continue;
    for (const auto& item : packages.items()) {
      const std::string version = text_of(item.value(), "version");
      if (!is_word(item.key()) || !version.starts_with("==")) continue;
      locked.packages.push_back({.type = PackageType::pypi,
                                 .name = normalize_python_name(item.key()),
                                 .version = std::string(trim(version.substr(2)))});
    }
  }
  return locked;
}

LockedPackages parse_composer_lock(std::string_view text, std::string_view what) {
  const Json root = parse_lenient_json(text, what);
  if (!member_of(root, "packages").is_array()) {
    fail(ErrorKind::invalid, "{} has no packages", printable(what));
  }
  LockedPackages locked;
  for (const char* section : {"packages", "packages-dev"}) {
    const Json& packages = member_of(root, section);
    if (!packages.is_array()) continue;
    for (const Json& record : packages) {
      Package package = composer_package(record);
      if (!package.name.empty()) locked.packages.push_back(std::move(package));
    }
  }
  relate_by_name(locked);
  return locked;
}

LockedPackages parse_nuget_lock(std::string_view text, std::string_view what) {
  const Json root = parse_lenient_json(text, what);
  const Json& frameworks = member_of(root, "dependencies");
  if (!frameworks.is_object()) {
    fail(ErrorKind::invalid, "{} has no dependencies", printable(what));
  }
  LockedPackages locked;
  std::set<std::pair<std::string, std::string>> known;
  for (const auto& framework : frameworks.items()) {
    if (!framework.value().is_object()) continue;
    for (const auto& item : framework.value().items()) {
      const std::string version = text_of(item.value(), "resolved");
      const bool is_own = text_of(item.value(), "type") == "Project";
      if (is_own || !is_word(item.key()) || !is_word(version)) continue;
      Package package{.type = PackageType::nuget, .name = item.key(), .version = version};
      package.hashes = parse_integrity("sha512-" + text_of(item.value(), "contentHash"));
      const Json& needs = member_of(item.value(), "dependencies");
      if (needs.is_object()) {
        for (const auto& need : needs.items()) package.depends.push_back(need.key());
      }
      // the same version is listed once for each framework
      if (known.emplace(package.name, package.version).second) {
        locked.packages.push_back(std::move(package));
      }
    }
  }
  relate_by_name(locked);
  return locked;
}

LockedPackages parse_pom_dependencies(std::string_view text, std::string_view what) {
  LockedPackages locked;
  for (const MavenName& needed : parse_pom(text, what).dependencies) {
    // a range pins nothing
    if (!is_word(needed.version) || needed.version.find_first_of("[(,") != std::string::npos) {
      continue;
    }
    locked.packages.push_back({.type = PackageType::maven,
                               .name_space = needed.group,
                               .name = needed.artifact,
                               .version = needed.version});
  }
  return locked;
}

}  // namespace lade::sbom
