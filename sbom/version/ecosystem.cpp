#include "sbom/version/ecosystem.h"

#include <algorithm>
#include <array>

namespace lade::sbom {
namespace {

struct EcosystemOrder {
  std::string_view ecosystem;
  VersionScheme scheme;
};

// a namespace of its own, that short names stay in
namespace ecosystems {

using enum VersionScheme;

// in byte order
constexpr std::array<EcosystemOrder, 46> orders{{
    {"AlmaLinux", rpm},
    {"Alpaquita", apk},
    {"Alpine", apk},
    {"Amazon Linux", rpm},
    {"Arch Linux", alpm},
    {"Azure Linux", rpm},
    {"BellSoft Hardened Containers", apk},
    {"Bioconductor", cran},
    {"Bitnami", semver},
    {"CRAN", cran},
    {"Chainguard", apk},
    {"CleanStart", apk},
    {"ConanCenter", semver},
    {"Debian", dpkg},
    {"Echo", dpkg},
    {"Fedora", rpm},
    {"GHC", hackage},
    {"GitHub Actions", semver},
    {"Go", go},
    {"Hackage", hackage},
    {"Hex", semver},
    {"Julia", semver},
    {"Kubernetes", semver},
    {"Linux", semver},
    {"Mageia", rpm},
    {"Maven", maven},
    {"MinimOS", apk},
    {"NuGet", nuget},
    {"Oracle Linux", rpm},
    {"Packagist", composer},
    {"Photon OS", rpm},
    {"Pub", pub},
    {"PyPI", pypi},
    {"Red Hat", rpm},
    {"Rocky Linux", rpm},
    {"RubyGems", rubygems},
    {"SUSE", rpm},
    {"SwiftURL", semver},
    {"Ubuntu", dpkg},
    {"VSCode", semver},
    {"Wolfi", apk},
    {"crates.io", crates},
    {"npm", npm},
    {"opam", dpkg},
    {"openEuler", rpm},
    {"openSUSE", rpm},
}};

}  // namespace ecosystems

}  // namespace

std::optional<VersionScheme> find_version_scheme(std::string_view ecosystem) {
  constexpr std::string_view root = "Root:";
  if (ecosystem.starts_with(root)) ecosystem.remove_prefix(root.size());
  const std::string_view name = ecosystem.substr(0, ecosystem.find(':'));
  const auto* found = std::lower_bound(
      ecosystems::orders.begin(), ecosystems::orders.end(), name,
      [](const EcosystemOrder& one, std::string_view wanted) { return one.ecosystem < wanted; });
  if (found == ecosystems::orders.end() || found->ecosystem != name) return std::nullopt;
  return found->scheme;
}

}  // namespace lade::sbom
