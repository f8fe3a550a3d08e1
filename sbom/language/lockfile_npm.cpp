// lockfileVersion 2 and 3 list packages by the directory they are installed in, 1 has them nested
// as the directories are; from either the needs follow as node looks for them: beside, then above.
#include <map>
#include <unordered_map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/lenient_json.h"
#include "sbom/language/license_claims.h"
#include "sbom/language/lockfile.h"
#include "sbom/language/npm_manifest.h"

namespace lade::sbom {
namespace {

constexpr std::string_view modules_part = "node_modules/";

class NpmLockReader {
 public:
  LockedPackages read(const Json& root, std::string_view what) {
    const Json& packages = member_of(root, "packages");
    const Json& dependencies = member_of(root, "dependencies");
    if (packages.is_object()) {
      for (const auto& item : packages.items()) add_record(item.key(), item.value());
    } else if (dependencies.is_object()) {
      add_tree("", dependencies);
    } else if (!member_of(root, "lockfileVersion").is_number()) {
      fail(ErrorKind::invalid, "{} has no packages", printable(what));
    }
    for (const auto& [place, index] : places_) relate(place, index);
    return std::move(locked_);
  }

 private:
  void add_record(const std::string& place, const Json& record) {
    const std::size_t last = place.rfind(modules_part);
    if (last == std::string::npos) return;  // the project, or a package of its workspace
    const Json& link = member_of(record, "link");
    if (link.is_boolean() && link.get<bool>()) return;
    std::string name = text_of(record, "name");
    if (name.empty()) name = place.substr(last + modules_part.size());
    add(place, name, record);
  }

  void add_tree(const std::string& above, const Json& dependencies) {
    for (const auto& item : dependencies.items()) {
      const std::string place = above + std::string(modules_part) + item.key();
      add(place, item.key(), item.value());
      const Json& nested = member_of(item.value(), "dependencies");
      if (nested.is_object()) add_tree(place + "/", nested);
    }
  }

  void add(const std::string& place, const std::string& name, const Json& record) {
    std::string version = text_of(record, "version");
    std::string real_name = name;
    // version 1 writes an alias so
    if (version.starts_with("npm:")) {
      const std::size_t at = version.rfind('@');
      if (at == std::string::npos || at < 5) return;
      real_name = version.substr(4, at - 4);
      version.erase(0, at + 1);
    }
    if (!is_word(real_name) || !is_word(version) || version.starts_with("file:")) return;
    Package package{.type = PackageType::npm, .version = version};
    set_npm_name(package, real_name);
    if (member_of(record, "license").is_string()) {
      add_declared_license(package.licenses, text_of(record, "license"));
    }
    package.download = text_of(record, "resolved");
    package.hashes = parse_integrity(text_of(record, "integrity"));
    for (const char* key : {"dependencies", "optionalDependencies", "requires"}) {
      // version 1 has its tree in "dependencies" and the needs in "requires"
      const Json& needs = member_of(record, key);
      if (!needs.is_object()) continue;
      for (const auto& need : needs.items()) {
        if (need.value().is_string()) package.depends.push_back(need.key());
      }
    }
    places_[place] = locked_.packages.size();
    locked_.packages.push_back(std::move(package));
  }

  void relate(std::string_view place, std::size_t index) {
    for (const std::string& name : locked_.packages[index].depends) {
      std::string_view directory = place;
      for (;;) {
        std::string beside(directory);
        if (!beside.empty()) beside += '/';
        const auto found = places_.find(beside + std::string(modules_part) + name);
        if (found != places_.end()) {
          if (found->second != index) locked_.needs.emplace_back(index, found->second);
          break;
        }
        if (directory.empty()) break;
        const std::size_t above = directory.rfind("/node_modules/");
        directory =
            above == std::string_view::npos ? std::string_view() : directory.substr(0, above);
      }
    }
  }

  LockedPackages locked_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace

LockedPackages parse_npm_lock(std::string_view text, std::string_view what) {
  return NpmLockReader().read(parse_lenient_json(text, what), what);
}

}  // namespace lade::sbom
