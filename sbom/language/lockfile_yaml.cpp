#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <unordered_map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/lockfile.h"
#include "sbom/language/npm_manifest.h"

namespace lade::sbom {
namespace {

YAML::Node load_yaml(std::string_view text, std::string_view what) {
  try {
    return YAML::Load(valid_utf8(text));
  } catch (const YAML::Exception& error) {
    fail(ErrorKind::invalid, "{} is not valid YAML at line {}, column {}: {}", printable(what),
         error.mark.line + 1, error.mark.column + 1, printable(error.msg));
  }
}

/// A member of what may be anything; undefined where it is none.
YAML::Node yaml_member(const YAML::Node& node, const std::string& key) {
  return node.IsDefined() && node.IsMap() ? node[key] : YAML::Node(YAML::NodeType::Undefined);
}

std::string yaml_text(const YAML::Node& node) {
  return node.IsDefined() && node.IsScalar() ? clean_line(node.Scalar()) : std::string();
}

/// "@s/a" and "1.0.0" of the forms that pnpm's keys have had: "/@s/a/1.0.0_peer@2",
/// "/@s/a@1.0.0(peer)",
/// "@s/a@1.0.0".
std::pair<std::string, std::string> split_pnpm_key(std::string key) {
  if (key.starts_with('/')) key.erase(0, 1);
  key.erase(std::min(key.find('('), key.size()));
  std::size_t mark = key.find('@', 1);
  const std::size_t scope = key.starts_with('@') ? key.find('/') : 0;
  if (const std::size_t slash = key.find('/', scope == std::string::npos ? 0 : scope + 1);
      slash != std::string::npos && (mark == std::string::npos || slash < mark)) {
    mark = slash;
  }
  if (mark == std::string::npos) return {};
  std::string version = key.substr(mark + 1);
  version.erase(std::min(version.find('_'), version.size()));
  return {key.substr(0, mark), version};
}

void add_pnpm_needs(Package& package, const YAML::Node& record) {
  for (const char* kind : {"dependencies", "optionalDependencies"}) {
    const YAML::Node needs = yaml_member(record, kind);
    if (!needs.IsDefined() || !needs.IsMap()) continue;
    for (const auto& need : needs) package.depends.push_back(yaml_text(need.first));
  }
}

}  // namespace

LockedPackages parse_pnpm_lock(std::string_view text, std::string_view what) {
  const YAML::Node root = load_yaml(text, what);
  if (!yaml_member(root, "lockfileVersion").IsDefined()) {
    fail(ErrorKind::invalid, "{} is no lock file of pnpm", printable(what));
  }
  LockedPackages locked;
  const YAML::Node packages = yaml_member(root, "packages");
  // since version 9 the needs are kept apart; a map of YAML's is searched from its beginning
  std::unordered_map<std::string, YAML::Node> snapshots;
  if (const YAML::Node apart = yaml_member(root, "snapshots"); apart.IsDefined() && apart.IsMap()) {
    for (const auto& item : apart) snapshots.emplace(yaml_text(item.first), item.second);
  }
  if (packages.IsDefined() && packages.IsMap()) {
    for (const auto& item : packages) {
      const std::string key = yaml_text(item.first);
      auto [name, version] = split_pnpm_key(key);
      if (const std::string own = yaml_text(yaml_member(item.second, "name")); !own.empty()) {
        name = own;
      }
      if (!is_word(name) || !is_word(version) || version.starts_with("link:")) continue;
      Package package{.type = PackageType::npm, .version = version};
      set_npm_name(package, name);
      const YAML::Node resolution = yaml_member(item.second, "resolution");
      package.hashes = parse_integrity(yaml_text(yaml_member(resolution, "integrity")));
      package.download = yaml_text(yaml_member(resolution, "tarball"));
      add_pnpm_needs(package, item.second);
      if (const auto known = snapshots.find(key); known != snapshots.end()) {
        add_pnpm_needs(package, known->second);
      }
      locked.packages.push_back(std::move(package));
    }
  }
  relate_by_name(locked);
  return locked;
}

LockedPackages parse_pubspec_lock(std::string_view text, std::string_view what) {
  const YAML::Node packages = yaml_member(load_yaml(text, what), "packages");
  if (!packages.IsDefined() || !packages.IsMap()) {
    fail(ErrorKind::invalid, "{} has no packages", printable(what));
  }
  LockedPackages locked;
  for (const auto& item : packages) {
    const std::string version = yaml_text(yaml_member(item.second, "version"));
    const std::string source = yaml_text(yaml_member(item.second, "source"));
    const YAML::Node description = yaml_member(item.second, "description");
    const std::string name = yaml_text(item.first);
    // those of the SDK and of the project itself are nothing that was fetched
    if (!is_word(name) || !is_word(version) || (source != "hosted" && source != "git")) continue;
    Package package{.type = PackageType::pub, .name = name, .version = version};
    package.download = yaml_text(yaml_member(description, "url"));
    const std::string sha256 = yaml_text(yaml_member(description, "sha256"));
    if (sha256.size() == 64 && is_hex(sha256)) package.hashes.push_back({"sha256", sha256});
    locked.packages.push_back(std::move(package));
  }
  return locked;
}

}  // namespace lade::sbom
