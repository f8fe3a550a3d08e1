#include <map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/toml/toml_table.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/lockfile.h"
#include "sbom/language/python_metadata.h"

namespace lade::sbom {
namespace {

std::string toml_text(const toml::table& table, std::string_view key) {
  const toml::node* const node = table.get(key);
  const auto value = node == nullptr ? std::nullopt : node->value<std::string>();
  return value ? clean_line(*value) : std::string();
}

/// The tables of [[package]].
std::vector<const toml::table*> package_tables(const toml::table& root, std::string_view what) {
  std::vector<const toml::table*> tables;
  const toml::array* const list = root.get_as<toml::array>("package");
  if (list == nullptr) fail(ErrorKind::invalid, "{} has no [[package]]", printable(what));
  for (const toml::node& item : *list) {
    if (const toml::table* table = item.as_table()) tables.push_back(table);
  }
  return tables;
}

/// Needs are names, in a list ("name", "name>=1; marker", {name = "a"}) or as keys of a table.
std::vector<std::string> python_needs(const toml::table& package) {
  std::vector<std::string> names;
  const toml::node* const needs = package.get("dependencies");
  if (needs == nullptr) return names;
  const auto add = [&](std::string_view written) {
    written = trim(written.substr(0, written.find_first_of(" [<>=!~;@")));
    if (is_word(written)) names.push_back(normalize_python_name(written));
  };
  if (const toml::table* table = needs->as_table()) {
    for (const auto& [name, value] : *table) add(name.str());
  } else if (const toml::array* list = needs->as_array()) {
    for (const toml::node& item : *list) {
      if (const auto text = item.value<std::string>()) add(*text);
      if (const toml::table* need = item.as_table()) add(toml_text(*need, "name"));
    }
  }
  return names;
}

bool is_own_project(const toml::table& package) {
  const toml::table* const source = package.get_as<toml::table>("source");
  if (source == nullptr) return false;
  return source->contains("editable") || source->contains("virtual") ||
         toml_text(*source, "type") == "directory";
}

}  // namespace

LockedPackages parse_python_lock(std::string_view text, std::string_view what) {
  const toml::table root = parse_toml(text, std::string(what));
  LockedPackages locked;
  for (const toml::table* table : package_tables(root, what)) {
    const std::string name = toml_text(*table, "name");
    const std::string version = toml_text(*table, "version");
    if (!is_word(name) || !is_word(version) || is_own_project(*table)) continue;
    locked.packages.push_back({.type = PackageType::pypi,
                               .name = normalize_python_name(name),
                               .version = version,
                               .description = toml_text(*table, "description"),
                               .depends = python_needs(*table)});
  }
  relate_by_name(locked);
  return locked;
}

LockedPackages parse_cargo_lock(std::string_view text, std::string_view what) {
  const toml::table root = parse_toml(text, std::string(what));
  LockedPackages locked;
  // a need has a version where the name alone is not enough
  std::map<std::string, std::size_t> by_name;
  std::vector<const toml::table*> tables;
  for (const toml::table* table : package_tables(root, what)) {
    const std::string name = toml_text(*table, "name");
    const std::string version = toml_text(*table, "version");
    // the project's own have no source
    const std::string source = toml_text(*table, "source");
    if (!is_word(name) || !is_word(version) || source.empty()) continue;
    Package package{.type = PackageType::cargo, .name = name, .version = version};
    if (!source.starts_with("registry+")) package.download = source;
    const std::string checksum = toml_text(*table, "checksum");
    if (checksum.size() == 64 && is_hex(checksum)) package.hashes.push_back({"sha256", checksum});
    by_name[name] = locked.packages.size();
    by_name[name + " " + version] = locked.packages.size();
    locked.packages.push_back(std::move(package));
    tables.push_back(table);
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const toml::array* const needs = tables[i]->get_as<toml::array>("dependencies");
    if (needs == nullptr) continue;
    for (const toml::node& item : *needs) {
      const std::vector<std::string> words = split(item.value<std::string>().value_or(""), ' ');
      if (!is_word(words[0])) continue;
      locked.packages[i].depends.push_back(words[0]);
      const auto found = by_name.find(words.size() > 1 ? words[0] + " " + words[1] : words[0]);
      if (found != by_name.end() && found->second != i) {
        locked.needs.emplace_back(i, found->second);
      }
    }
  }
  return locked;
}

}  // namespace lade::sbom
