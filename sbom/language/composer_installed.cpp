#include "sbom/language/composer_installed.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/lenient_json.h"
#include "sbom/language/license_claims.h"

namespace lade::sbom {
namespace {

/// Names of packages among the keys: "php" and "ext-json" are of the platform.
std::vector<std::string> package_keys(const Json& needs) {
  std::vector<std::string> names;
  if (!needs.is_object()) return names;
  for (const auto& need : needs.items()) {
    const std::string name = to_lower(need.key());
    if (is_word(name) && name.find('/') != std::string::npos) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string first_author(const Json& authors) {
  if (!authors.is_array() || authors.empty()) return {};
  const std::string name = text_of(authors[0], "name");
  const std::string mail = text_of(authors[0], "email");
  return mail.empty() ? name : clean_line(name + " <" + mail + ">");
}

void add_composer_licenses(Package& package, const Json& license) {
  if (license.is_string()) {
    add_declared_license(package.licenses, license.get_ref<const std::string&>());
  }
  if (!license.is_array()) return;
  for (const Json& item : license) {
    if (item.is_string()) {
      add_declared_license(package.licenses, item.get_ref<const std::string&>());
    }
  }
}

}  // namespace

Package composer_package(const Json& record) {
  const std::string name = to_lower(text_of(record, "name"));
  Package package{.type = PackageType::composer};
  const std::size_t slash = name.find('/');
  const std::string version = text_of(record, "version");
  if (!is_word(name) || !is_word(version)) return package;
  if (slash != std::string::npos) package.name_space = name.substr(0, slash);
  package.name = slash == std::string::npos ? name : name.substr(slash + 1);
  package.version = version;
  add_composer_licenses(package, member_of(record, "license"));
  package.supplier = first_author(member_of(record, "authors"));
  package.homepage = text_of(record, "homepage");
  package.description = text_of(record, "description");
  const Json& dist = member_of(record, "dist");
  package.download = text_of(dist, "url");
  if (package.download.empty()) package.download = text_of(member_of(record, "source"), "url");
  const std::string sha1 = text_of(dist, "shasum");
  if (sha1.size() == 40 && is_hex(sha1)) package.hashes.push_back({"sha1", sha1});
  package.depends = package_keys(member_of(record, "require"));
  package.provides = package_keys(member_of(record, "provide"));
  for (std::string& replaced : package_keys(member_of(record, "replace"))) {
    package.provides.push_back(std::move(replaced));
  }
  return package;
}

std::vector<Package> parse_composer_installed(std::string_view text, std::string_view what) {
  const Json root = parse_lenient_json(text, what);
  const Json& list = root.is_object() ? member_of(root, "packages") : root;
  if (!list.is_array()) {
    fail(ErrorKind::invalid, "{} has no list of packages", printable(what));
  }
  std::vector<Package> packages;
  for (const Json& record : list) {
    Package package = composer_package(record);
    if (!package.name.empty()) packages.push_back(std::move(package));
  }
  return packages;
}

}  // namespace lade::sbom
