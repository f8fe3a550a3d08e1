#include "sbom/vuln/ecosystems.h"

#include <algorithm>
#include <array>

#include "libimage/base/text.h"
#include "sbom/model/purl.h"

// OSV puts the release behind a colon, each distribution in its own way ("Alpine:v3.18",
// "Ubuntu:22.04:LTS", "Red Hat:enterprise_linux:9::baseos", "SUSE:Linux Enterprise Server 15 SP5").
// So what is known of the image is compared with the ecosystems that there is data of, and not
// turned into one.
namespace lade::sbom {
namespace {

std::string first_parts(std::string_view version, std::size_t parts) {
  std::vector<std::string> words = split(version, '.');
  words.resize(std::min(words.size(), parts));
  return join(words, ".");
}

struct Named {
  std::string_view id;           ///< of os-release
  std::string_view ecosystem;    ///< what stands before the release
  std::size_t parts;             ///< of VERSION_ID that name a release; 0: there are no releases
  std::string_view before = "";  ///< stands before the release: "v"
};
constexpr std::array named{
    Named{"debian", "Debian", 1},
    Named{"alpine", "Alpine", 2, "v"},
    Named{"almalinux", "AlmaLinux", 1},
    Named{"rocky", "Rocky Linux", 1},
    Named{"mageia", "Mageia", 1},
    Named{"azurelinux", "Azure Linux", 1},
    Named{"photon", "Photon OS", 2},
    Named{"fedora", "Fedora", 1},
    Named{"ol", "Oracle Linux", 1},
    Named{"amzn", "Amazon Linux", 1},
    Named{"opensuse-leap", "openSUSE", 2, "Leap "},
    Named{"wolfi", "Wolfi", 0},
    Named{"chainguard", "Chainguard", 0},
    Named{"chainguard", "Wolfi", 0},
    Named{"opensuse-tumbleweed", "openSUSE:Tumbleweed", 0},
    Named{"arch", "Arch Linux", 0},
    Named{"minimos", "MinimOS", 0},
    Named{"echo", "Echo", 0},
};

bool is_named(const Named& row, std::string_view ecosystem, const Distribution& distribution) {
  if (row.id != distribution.id) return false;
  if (row.parts == 0) return ecosystem == row.ecosystem;
  std::string release = std::string(row.before) + first_parts(distribution.version_id, row.parts);
  // what has no number yet goes by its name
  if (distribution.version_id.empty()) release = distribution.codename;
  return ecosystem == std::string(row.ecosystem) + ":" + release;
}

/// "15.5" is "15 SP5" there.
bool is_suse(std::string_view ecosystem, const Distribution& distribution) {
  if (distribution.id != "sles" && distribution.id != "sled") return false;
  const std::vector<std::string> parts = split(distribution.version_id, '.');
  std::string release = parts[0];
  if (parts.size() > 1 && parts[1] != "0") release += " SP" + parts[1];
  return ecosystem.starts_with("SUSE:Linux Enterprise") && ecosystem.ends_with(" " + release);
}

/// "Red Hat:enterprise_linux:9::baseos", "Red Hat:enterprise_linux:9.2::appstream".
bool is_red_hat(std::string_view ecosystem, const Distribution& distribution) {
  if (distribution.id != "rhel" && distribution.id != "centos") return false;
  constexpr std::string_view before = "Red Hat:enterprise_linux:";
  if (!ecosystem.starts_with(before)) return false;
  const std::string release = split(ecosystem.substr(before.size()), ':')[0];
  return first_parts(release, 1) == first_parts(distribution.version_id, 1);
}

bool is_ubuntu(std::string_view ecosystem, const Distribution& distribution) {
  if (distribution.id != "ubuntu") return false;
  const std::string release = "Ubuntu:" + distribution.version_id;
  return ecosystem == release || ecosystem == release + ":LTS";
}

std::vector<Lookup> rpm_lookups(const Package& package) {
  std::vector<Lookup> lookups{{package.name, package.version}};
  if (package.source_name.empty() || package.source_name == package.name) return lookups;
  // names of source packages have no epoch, and that of the binary may be another
  const bool has_version = !package.source_version.empty();
  lookups.push_back({.name = package.source_name,
                     .version = has_version ? package.source_version : package.version,
                     .has_epoch = false});
  return lookups;
}

std::string spelled_name(const Package& package) {
  switch (package.type) {
    case PackageType::npm:
    case PackageType::composer:
      return package.name_space.empty() ? package.name : package.name_space + "/" + package.name;
    case PackageType::maven:
      return package.name_space + ":" + package.name;
    case PackageType::generic:
      return to_lower(package.name);
    default:
      return package.name;
  }
}

}  // namespace

bool is_ecosystem_of(std::string_view ecosystem, const Distribution& distribution) {
  return is_ubuntu(ecosystem, distribution) || is_red_hat(ecosystem, distribution) ||
         is_suse(ecosystem, distribution) ||
         std::any_of(named.begin(), named.end(),
                     [&](const Named& row) { return is_named(row, ecosystem, distribution); });
}

std::vector<std::string_view> distribution_ecosystems() {
  std::vector<std::string_view> names{"Ubuntu", "Red Hat", "SUSE"};
  for (const Named& row : named) names.push_back(row.ecosystem);
  return names;
}

std::string_view language_ecosystem(PackageType type) {
  switch (type) {
    case PackageType::golang:
      return "Go";
    case PackageType::npm:
      return "npm";
    case PackageType::pypi:
      return "PyPI";
    case PackageType::maven:
      return "Maven";
    case PackageType::gem:
      return "RubyGems";
    case PackageType::composer:
      return "Packagist";
    case PackageType::nuget:
      return "NuGet";
    case PackageType::cargo:
      return "crates.io";
    case PackageType::hex:
      return "Hex";
    case PackageType::pub:
      return "Pub";
    case PackageType::generic:
      return "Bitnami";
    default:
      return "";
  }
}

std::vector<Lookup> lookups_of(const Package& package) {
  switch (package.type) {
    case PackageType::deb:
    case PackageType::apk:
    case PackageType::opkg:
      return {{package.source_name.empty() ? package.name : package.source_name,
               package.source_version.empty() ? package.version : package.source_version}};
    case PackageType::rpm:
      return rpm_lookups(package);
    case PackageType::golang: {
      std::string_view version = package.version;
      if (version.starts_with("go")) version.remove_prefix(2);  // the standard library
      if (version.starts_with('v')) version.remove_prefix(1);
      return {{package.name, std::string(version)}};
    }
    default:
      return {{advisory_name(language_ecosystem(package.type), spelled_name(package)),
               package.version}};
  }
}

std::string pypi_name(std::string_view name) {
  std::string normal;
  for (const char c : to_lower(name)) {
    const bool is_break = c == '-' || c == '_' || c == '.';
    if (!is_break) normal += c;
    if (is_break && !normal.ends_with('-')) normal += '-';
  }
  return normal;
}

std::string advisory_name(std::string_view ecosystem, std::string_view name) {
  if (ecosystem == "PyPI") return pypi_name(name);
  if (ecosystem == "NuGet" || ecosystem == "Packagist") return to_lower(name);
  return std::string(name);
}

std::string ecosystem_title(const Package& package,
                            const std::optional<Distribution>& distribution) {
  if (!is_distribution_type(package.type)) {
    const std::string_view ecosystem = language_ecosystem(package.type);
    return std::string(ecosystem.empty() ? to_string(package.type) : ecosystem);
  }
  if (!distribution) return "an unknown distribution";
  const std::string& name = distribution->name.empty() ? distribution->id : distribution->name;
  return distribution->version_id.empty() ? name : name + " " + distribution->version_id;
}

}  // namespace lade::sbom
