#include "sbom/language/python_assembly.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/language/python_origin.h"
#include "sbom/language/python_place.h"

namespace lade::sbom {
namespace {

/// Finds that tell of one package.
struct PythonParts {
  std::string metadata_path;  ///< the directory, or the file that stands for one
  VisibleFind metadata{};
  const Find* record = nullptr;
  const Find* requirements = nullptr;
  const Find* origin = nullptr;
  std::size_t handle = 0;
  std::vector<std::string> depends{};
};

class PythonAssembly {
 public:
  PythonAssembly(const AssemblyView& view, InventoryBuilder& inventory)
      : view_(view), inventory_(inventory) {}

  void run() {
    collect();
    for (auto& [path, parts] : parts_) {
      if (is_package(parts)) add(parts);
    }
    for (const PythonParts* parts : added_) relate(*parts);
    relate_vendored();
  }

 private:
  void collect() {
    for (const VisibleFind& visible : view_.visible("python")) {
      const Find& find = *visible.find;
      const std::string_view last = base_name(find.path);
      if (last.ends_with(".egg-link")) {
        linked_.insert(find.note);
        continue;
      }
      const bool is_whole = last.ends_with(".egg-info") || last.ends_with(".egg");
      const std::string key(is_whole ? std::string_view(find.path) : parent_path(find.path));
      PythonParts& parts = parts_[key];
      parts.metadata_path = key;
      if (last == "RECORD" || last == "installed-files.txt") {
        parts.record = &find;
      } else if (last == "requires.txt") {
        parts.requirements = &find;
      } else if (last == "direct_url.json") {
        parts.origin = &find;
      } else {
        parts.metadata = visible;
        if (!key.ends_with(".dist-info") || find.packages.empty()) continue;
        const Package& package = find.packages.front().package;
        dist_infos_.emplace(module_directory(key), package.name, package.version);
      }
    }
  }

  bool is_package(const PythonParts& parts) const {
    if (parts.metadata.find == nullptr || parts.metadata.find->packages.empty()) return false;
    const std::string directory(module_directory(parts.metadata_path));
    if (python_place(parts.metadata_path) == PythonPlace::elsewhere) {
      return linked_.contains(directory);
    }
    // a build leaves an egg-info beside the dist-info it makes
    const Package& package = parts.metadata.find->packages.front().package;
    return !parts.metadata_path.ends_with(".egg-info") ||
           !dist_infos_.contains({directory, package.name, package.version});
  }

  void add(PythonParts& parts) {
    Package package = parts.metadata.find->packages.front().package;
    package.locations = {{parts.metadata.find->path, {}, parts.metadata.layer}};
    if (parts.record != nullptr) {
      const auto size = parse_int(parts.record->note);
      if (size && *size > 0) package.installed_bytes = static_cast<std::uint64_t>(*size);
    }
    if (parts.origin != nullptr) apply_origin_note(package, parts.origin->note);
    if (parts.requirements != nullptr && package.depends.empty()) {
      std::set<std::string> names;
      for (const std::string& name : split(parts.requirements->note, '\n')) {
        if (!name.empty()) names.insert(name);
      }
      package.depends.assign(names.begin(), names.end());
    }
    parts.depends = package.depends;
    const bool is_vendored = python_place(parts.metadata_path) == PythonPlace::vendored;
    if (is_vendored) package.remarks.emplace_back("vendored: inside of another package");
    const std::string name = package.name;
    attribute_layers(package, view_, "python", parts.metadata.find->path);
    parts.handle = inventory_.add(std::move(package));
    added_.push_back(&parts);
    const std::string directory(module_directory(parts.metadata_path));
    by_name_[directory].emplace(name, parts.handle);
    if (is_vendored) vendored_.emplace(parts.metadata.find->path, parts.handle);
  }

  void relate(const PythonParts& parts) {
    const std::string own(module_directory(parts.metadata_path));
    for (const std::string& name : parts.depends) {
      const auto needed = find_seen(own, name);
      if (needed && *needed != parts.handle) {
        inventory_.relate(parts.handle, *needed, RelationKind::depends_on);
      }
    }
  }

  /// In the same directory, else in one of the system's for the same version of Python.
  std::optional<std::size_t> find_seen(const std::string& own, const std::string& name) const {
    if (const auto handle = find_in(own, name)) return handle;
    const std::string version = python_version_of_path(own);
    for (const auto& [directory, names] : by_name_) {
      if (!is_of_system(directory) || !own.starts_with("usr/")) continue;
      const std::string other = python_version_of_path(directory);
      if (!version.empty() && !other.empty() && version != other) continue;
      if (const auto known = names.find(name); known != names.end()) return known->second;
    }
    return std::nullopt;
  }

  static bool is_of_system(std::string_view directory) {
    return directory.starts_with("usr/") &&
           (directory.ends_with("/site-packages") || directory.ends_with("/dist-packages"));
  }

  std::optional<std::size_t> find_in(const std::string& directory, const std::string& name) const {
    const auto names = by_name_.find(directory);
    if (names == by_name_.end()) return std::nullopt;
    const auto known = names->second.find(name);
    if (known == names->second.end()) return std::nullopt;
    return known->second;
  }

  /// The package whose RECORD has the metadata of another one contains that.
  void relate_vendored() {
    if (vendored_.empty()) return;
    for (const PythonParts* parts : added_) {
      if (parts->record == nullptr) continue;
      std::string_view rest = parts->record->owned_paths;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
        const auto known = vendored_.find(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        if (known == vendored_.end() || known->second == parts->handle) continue;
        inventory_.relate(parts->handle, known->second, RelationKind::contains);
      }
    }
  }

  const AssemblyView& view_;
  InventoryBuilder& inventory_;
  std::map<std::string, PythonParts> parts_;
  std::set<std::string> linked_;
  std::set<std::tuple<std::string, std::string, std::string>> dist_infos_;
  std::vector<PythonParts*> added_;
  std::map<std::string, std::unordered_map<std::string, std::size_t>> by_name_;
  std::unordered_map<std::string_view, std::size_t> vendored_;
};

}  // namespace

void assemble_python(const AssemblyView& view, InventoryBuilder& inventory) {
  PythonAssembly(view, inventory).run();
}

}  // namespace lade::sbom
