#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sbom/model/package.h"

namespace lade::sbom {

/// What a lock file pins, and which of its packages needs which, by their index.
struct LockedPackages {
  std::vector<Package> packages{};
  std::vector<std::pair<std::size_t, std::size_t>> needs{};
};

// Each throws `invalid`, naming `what`, if the text is not of its format. Records without a name or
// a version, and what is the project itself, are left out.

/// package-lock.json and npm-shrinkwrap.json, lockfileVersion 1 to 3.
LockedPackages parse_npm_lock(std::string_view text, std::string_view what);
/// yarn.lock of Yarn 1 and of Yarn 2 and later.
LockedPackages parse_yarn_lock(std::string_view text, std::string_view what);
/// pnpm-lock.yaml, lockfileVersion 5 to 9.
LockedPackages parse_pnpm_lock(std::string_view text, std::string_view what);
/// requirements.txt: what is pinned by "==".
LockedPackages parse_requirements(std::string_view text, std::string_view what);
/// Pipfile.lock.
LockedPackages parse_pipfile_lock(std::string_view text, std::string_view what);
/// poetry.lock, uv.lock and pdm.lock: TOML with a [[package]] for each.
LockedPackages parse_python_lock(std::string_view text, std::string_view what);
/// Cargo.lock.
LockedPackages parse_cargo_lock(std::string_view text, std::string_view what);
/// go.mod: since Go 1.17 it has all that is built. (go.sum has more: what was only looked at.)
LockedPackages parse_go_mod(std::string_view text, std::string_view what);
/// Gemfile.lock.
LockedPackages parse_gemfile_lock(std::string_view text, std::string_view what);
/// composer.lock.
LockedPackages parse_composer_lock(std::string_view text, std::string_view what);
/// A pom.xml that is no archive's: the dependencies whose versions it has.
LockedPackages parse_pom_dependencies(std::string_view text, std::string_view what);
/// gradle.lockfile.
LockedPackages parse_gradle_lock(std::string_view text, std::string_view what);
/// packages.lock.json of NuGet.
LockedPackages parse_nuget_lock(std::string_view text, std::string_view what);
/// pubspec.lock of Dart.
LockedPackages parse_pubspec_lock(std::string_view text, std::string_view what);
/// mix.lock of Elixir.
LockedPackages parse_mix_lock(std::string_view text, std::string_view what);

/// Turns the names that each package depends on into edges to the packages of these names; a name
/// of several packages makes none.
void relate_by_name(LockedPackages& locked);

}  // namespace lade::sbom
