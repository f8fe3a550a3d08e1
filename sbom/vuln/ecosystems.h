#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sbom/model/inventory.h"
#include "sbom/version/version.h"

namespace lade::sbom {

/// One question to ask about a package: what is said of `name` in an ecosystem, for `version`.
struct Lookup {
  std::string name;
  std::string version;
  /// False if the version's epoch is not known: none is compared then.
  bool has_epoch = true;
};

/// Whether an ecosystem, as OSV names it ("Ubuntu:22.04:LTS"), is the one of this distribution.
bool is_ecosystem_of(std::string_view ecosystem, const Distribution& distribution);

/// What stands before the release in the ecosystems of distributions: "Debian", "Alpine".
std::vector<std::string_view> distribution_ecosystems();

/// The ecosystem of a language's packages ("npm", "PyPI"); empty for those of distributions, and
/// for what no one keeps advisories of.
std::string_view language_ecosystem(PackageType type);

/// How advisories name a package: distributions by what it was built from (deb, apk), or by both
/// names (rpm), languages by its own name as their registry spells it.
std::vector<Lookup> lookups_of(const Package& package);

/// As PyPI compares names (PEP 503): lower case, runs of "-", "_" and "." as one "-".
std::string pypi_name(std::string_view name);

/// The name of a package as databases are asked for it: where a registry compares names in its own
/// way (PyPI), or without case (NuGet, Packagist), so that all spellings are one.
std::string advisory_name(std::string_view ecosystem, std::string_view name);

/// How an inventory's ecosystem is called where people read of it: "Debian 12", "npm".
std::string ecosystem_title(const Package& package,
                            const std::optional<Distribution>& distribution);

}  // namespace lade::sbom
