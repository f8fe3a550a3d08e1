#include "sbom/format/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "libimage/base/text.h"
#include "sbom/format/json_writer.h"
#include "sbom/format/license_terms.h"

namespace lade::sbom {
namespace {

using ChangeKey = std::tuple<PackageType, std::string, std::string>;  // type, name, architecture

struct Sighting {
  std::string license;
  std::string path;
};

/// The versions of one package, on both sides.
struct Versions {
  std::map<std::string, Sighting> before;
  std::map<std::string, Sighting> after;
};

using VersionTable = std::map<ChangeKey, Versions>;

void enter(VersionTable& table, const Inventory& inventory,
           std::map<std::string, Sighting> Versions::*side) {
  for (const Package& package : inventory.packages) {
    const bool is_plain = package.name_space.empty() || is_distribution_type(package.type);
    const std::string name = is_plain ? package.name : package.name_space + "/" + package.name;
    const LicenseTerms terms = license_terms(package);
    Versions& versions = table[{package.type, name, package.architecture}];
    (versions.*side)
        .try_emplace(
            package.version,
            Sighting{terms.concluded,
                     package.locations.empty() ? std::string() : package.locations.front().path});
  }
}

class Differ {
 public:
  std::vector<PackageChange> take() { return std::move(changes_); }

  void compare(const ChangeKey& key, const Versions& versions) {
    std::vector<std::string> gone;
    std::vector<std::string> come;
    for (const auto& [version, sighting] : versions.before) {
      const auto kept = versions.after.find(version);
      if (kept == versions.after.end()) {
        gone.push_back(version);
      } else if (kept->second.license != sighting.license) {
        add(key, ChangeKind::license, versions, version, version);
      }
    }
    for (const auto& [version, sighting] : versions.after) {
      if (!versions.before.contains(version)) come.push_back(version);
    }
    const std::size_t pairs = std::min(gone.size(), come.size());
    for (std::size_t i = 0; i < std::max(gone.size(), come.size()); ++i) {
      if (i < pairs) {
        add(key, ChangeKind::version, versions, gone[i], come[i]);
      } else if (i < gone.size()) {
        add(key, ChangeKind::removed, versions, gone[i], {});
      } else {
        add(key, ChangeKind::added, versions, {}, come[i]);
      }
    }
  }

 private:
  void add(const ChangeKey& key, ChangeKind kind, const Versions& versions,
           const std::string& before, const std::string& after) {
    PackageChange change{.kind = kind,
                         .type = std::get<0>(key),
                         .name = std::get<1>(key),
                         .architecture = std::get<2>(key),
                         .version_before = before,
                         .version_after = after};
    if (kind != ChangeKind::added) {
      const Sighting& sighting = versions.before.at(before);
      change.license_before = sighting.license;
      change.path = sighting.path;
    }
    if (kind != ChangeKind::removed) {
      const Sighting& sighting = versions.after.at(after);
      change.license_after = sighting.license;
      change.path = sighting.path;
    }
    changes_.push_back(std::move(change));
  }

  std::vector<PackageChange> changes_;
};

std::string or_none(const std::string& text) { return text.empty() ? "none" : printable(text); }

std::string line_of(const PackageChange& change) {
  const std::string name = printable(change.name);
  const std::string type(to_string(change.type));
  const std::string before = printable(change.version_before);
  const std::string after = printable(change.version_after);
  switch (change.kind) {
    case ChangeKind::added:
      return fmt::format("+ {} {} ({})", name, after, type);
    case ChangeKind::removed:
      return fmt::format("- {} {} ({})", name, before, type);
    case ChangeKind::license:
      return fmt::format("~ {} {} ({}): license {} -> {}", name, after, type,
                         or_none(change.license_before), or_none(change.license_after));
    case ChangeKind::version:
      break;
  }
  std::string line = fmt::format("~ {} {} -> {} ({})", name, before, after, type);
  if (change.license_before != change.license_after) {
    line += fmt::format(": license {} -> {}", or_none(change.license_before),
                        or_none(change.license_after));
  }
  return line;
}

std::size_t count(const std::vector<PackageChange>& changes, ChangeKind kind) {
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(),
                    [&](const PackageChange& change) { return change.kind == kind; }));
}

}  // namespace

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::removed:
      return "removed";
    case ChangeKind::version:
      return "version";
    case ChangeKind::license:
      return "license";
  }
  return "added";
}

std::vector<PackageChange> diff(const Inventory& before, const Inventory& after) {
  VersionTable table;
  enter(table, before, &Versions::before);
  enter(table, after, &Versions::after);
  Differ differ;
  for (const auto& [key, versions] : table) differ.compare(key, versions);
  return differ.take();
}

std::string diff_to_text(const std::vector<PackageChange>& changes) {
  std::string text;
  for (const PackageChange& change : changes) text += line_of(change) + "\n";
  text += fmt::format("{} added, {} removed, {} with another version, {} with another license\n",
                      count(changes, ChangeKind::added), count(changes, ChangeKind::removed),
                      count(changes, ChangeKind::version), count(changes, ChangeKind::license));
  return text;
}

std::string diff_to_json(const std::vector<PackageChange>& changes) {
  JsonWriter json;
  json.open_object();
  json.member("schemaVersion", std::uint64_t{1});
  for (const auto kind :
       {ChangeKind::added, ChangeKind::removed, ChangeKind::version, ChangeKind::license}) {
    json.key(to_string(kind));
    json.open_array();
    for (const PackageChange& change : changes) {
      if (change.kind != kind) continue;
      json.open_object();
      json.member("type", to_string(change.type));
      json.member("name", change.name);
      json.member_unless_empty("architecture", change.architecture);
      json.member_unless_empty("versionBefore", change.version_before);
      json.member_unless_empty("versionAfter", change.version_after);
      json.member_unless_empty("licenseBefore", change.license_before);
      json.member_unless_empty("licenseAfter", change.license_after);
      json.member_unless_empty("path", change.path);
      json.close_object();
    }
    json.close_array();
  }
  json.close_object();
  return std::move(json).finish();
}

}  // namespace lade::sbom
