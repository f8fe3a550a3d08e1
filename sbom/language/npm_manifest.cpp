#include "sbom/language/npm_manifest.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "libimage/base/base64.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/lenient_json.h"
#include "sbom/language/license_claims.h"

namespace lade::sbom {
namespace {

/// "Name <mail> (url)" of a person, who may be an object or already that string.
std::string person_of(const Json& person) {
  if (person.is_string()) return clean_line(person.get_ref<const std::string&>(), 512);
  std::string text = text_of(person, "name");
  const std::string mail = text_of(person, "email");
  if (!mail.empty()) text += (text.empty() ? "<" : " <") + mail + ">";
  return text;
}

/// Forms that were never standard but are published: an object, a list of either.
void add_npm_license(Package& package, const Json& license) {
  if (license.is_string()) {
    add_declared_license(package.licenses, license.get_ref<const std::string&>());
  } else if (license.is_object()) {
    const std::string type = text_of(license, "type");
    add_declared_license(package.licenses, type.empty() ? text_of(license, "name") : type);
  } else if (license.is_array()) {
    for (const Json& item : license) {
      if (!item.is_array()) add_npm_license(package, item);
    }
  }
}

std::string repository_of(const Json& manifest) {
  const Json& repository = member_of(manifest, "repository");
  if (repository.is_string()) return clean_line(repository.get_ref<const std::string&>());
  return text_of(repository, "url");
}

std::vector<std::string> needs_of(const Json& manifest) {
  std::set<std::string> names;
  for (const char* key : {"dependencies", "optionalDependencies", "peerDependencies"}) {
    const Json& needs = member_of(manifest, key);
    if (!needs.is_object()) continue;
    for (const auto& need : needs.items()) {
      // a name is looked for as a path
      const bool is_name = is_word(need.key()) && need.key().find("..") == std::string::npos;
      if (is_name) names.insert(need.key());
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace

std::vector<PackageHash> parse_integrity(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::size_t>, 4> algorithms{
      {{"sha1", 20}, {"sha256", 32}, {"sha384", 48}, {"sha512", 64}}};
  std::vector<PackageHash> hashes;
  for (const std::string& word : split(text, ' ')) {
    const std::size_t dash = word.find('-');
    for (const auto& [name, size_bytes] : algorithms) {
      if (dash != name.size() || !word.starts_with(name)) continue;
      // options may follow behind a question mark
      const auto hash =
          from_base64(std::string_view(word).substr(dash + 1, word.find('?') - dash - 1));
      if (!hash || hash->size() != size_bytes) continue;
      hashes.push_back({std::string(name), to_hex(std::as_bytes(std::span(*hash)))});
    }
  }
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

void set_npm_name(Package& package, std::string_view full_name) {
  const std::size_t slash = full_name.find('/');
  if (full_name.starts_with('@') && slash != std::string_view::npos) {
    package.name_space = full_name.substr(0, slash);
    full_name.remove_prefix(slash + 1);
  }
  package.name = full_name;
}

std::optional<Package> npm_package(const Json& manifest) {
  const std::string name = text_of(manifest, "name");
  const std::string version = text_of(manifest, "version");
  if (!is_word(name) || !is_word(version)) return std::nullopt;
  Package package{.type = PackageType::npm, .version = version};
  set_npm_name(package, name);
  add_npm_license(package, member_of(manifest, "license"));
  if (package.licenses.empty()) add_npm_license(package, member_of(manifest, "licenses"));
  package.supplier = person_of(member_of(manifest, "author"));
  package.homepage = text_of(manifest, "homepage");
  if (package.homepage.empty()) package.homepage = repository_of(manifest);
  package.description = text_of(manifest, "description");
  // npm before 7 wrote there what it had installed
  package.download = text_of(manifest, "_resolved");
  package.hashes = parse_integrity(text_of(manifest, "_integrity"));
  package.depends = needs_of(manifest);
  return package;
}

std::optional<Package> parse_npm_manifest(std::string_view text, std::string_view what) {
  return npm_package(parse_lenient_json(text, what));
}

}  // namespace lade::sbom
