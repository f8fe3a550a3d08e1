// Packages are read one by one, each where it lies; how they need one another is node's question
// (nodejs.org, "Modules: CommonJS modules", loading from node_modules): a name is looked for in the
// node_modules directory beside the asking package and beside each directory above it, links
// followed. That finds the same package in flat, nested, linked (pnpm) and workspace trees.
#include <set>
#include <unordered_map>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/factories.h"
#include "sbom/language/lenient_json.h"
#include "sbom/language/npm_manifest.h"
#include "sbom/language/npm_place.h"
#include "sbom/language/npm_yarn_cache.h"

namespace lade::sbom {
namespace {

constexpr std::string_view manifest_name = "package.json";
constexpr std::string_view hidden_lock_name = ".package-lock.json";
// what a find's note says
constexpr std::string_view linked_note = "linked";
constexpr std::string_view pnp_note = "pnp";

bool is_yarn_cache(std::string_view path) {
  const std::string directory = "/" + std::string(parent_path(path));
  return directory.ends_with("/.yarn/cache") || directory.ends_with("/berry/cache");
}

bool is_inside_modules(std::string_view directory) {
  const std::string slashed = "/" + std::string(directory) + "/";
  return slashed.find("/node_modules/") != std::string::npos;
}

/// node_modules/.package-lock.json is npm's own record of what it put there: a line each of
/// directory, version, origin and hash.
std::string note_of_hidden_lock(const Json& lock) {
  std::string note;
  const Json& packages = member_of(lock, "packages");
  if (!packages.is_object()) return note;
  for (const auto& item : packages.items()) {
    const std::string integrity = text_of(item.value(), "integrity");
    const std::string origin = text_of(item.value(), "resolved");
    if (integrity.empty() && origin.empty()) continue;
    note += clean_line(item.key()) + '\t' + text_of(item.value(), "version") + '\t' + origin +
            '\t' + integrity + '\n';
  }
  return note;
}

class NpmAssembly {
 public:
  NpmAssembly(const AssemblyView& view, InventoryBuilder& inventory)
      : view_(view), inventory_(inventory) {}

  void run() {
    for (const VisibleFind& visible : view_.visible("npm")) {
      if (base_name(visible.find->path) == hidden_lock_name) read_origins(*visible.find);
    }
    for (const VisibleFind& visible : view_.visible("npm")) add_find(visible);
    for (const std::string& modules : modules_) add_linked(modules);
    for (const Installed& installed : installed_) relate(installed);
    for (const Installed& archived : archived_) relate_archived(archived);
    if (!pnp_path_.empty() && archived_.empty()) {
      inventory_.remark(pnp_path_,
                        "Yarn Plug'n'Play loads packages from archives that are not in the image");
    }
  }

 private:
  struct Installed {
    std::string directory;
    const Package* package;
    std::size_t handle;
  };
  struct Origin {
    std::string version;
    std::string download;
    std::string integrity;
  };

  void read_origins(const Find& lock) {
    const std::string root(parent_path(parent_path(lock.path)));
    for (const std::string& line : split(lock.note, '\n')) {
      const std::vector<std::string> fields = split(line, '\t');
      if (fields.size() != 4) continue;
      origins_[root.empty() ? fields[0] : root + "/" + fields[0]] = {fields[1], fields[2],
                                                                     fields[3]};
    }
  }

  void add_find(const VisibleFind& visible) {
    const Find& find = *visible.find;
    if (find.note == pnp_note) pnp_path_ = find.path;
    if (find.note == linked_note) {
      // what is linked there alone tells of its directory in no other way
      const std::string directory(parent_path(find.path));
      modules_.insert(directory.empty() ? "node_modules" : directory + "/node_modules");
      return;
    }
    std::size_t first = 0;
    for (const FoundPackage& found : find.packages) {
      const std::size_t handle = add(visible, found, {});
      if (found.inner.empty()) continue;
      if (found.parent < 0) first = handle;
      if (found.parent >= 0) inventory_.relate(first, handle, RelationKind::contains);
      archived_.push_back({.directory = {}, .package = &found.package, .handle = handle});
      archived_names_[full_name(found.package)].push_back(handle);
    }
  }

  std::size_t add(const VisibleFind& visible, const FoundPackage& found, std::string remark) {
    const std::string directory(parent_path(visible.find->path));
    Package package = found.package;
    package.locations = {{visible.find->path, found.inner, visible.layer}};
    if (!remark.empty()) package.remarks.push_back(std::move(remark));
    if (const auto origin = origins_.find(directory);
        origin != origins_.end() && origin->second.version == package.version) {
      package.download = origin->second.download;
      package.hashes = parse_integrity(origin->second.integrity);
    }
    attribute_layers(package, view_, "npm", visible.find->path);
    const std::size_t handle = inventory_.add(std::move(package));
    if (!found.inner.empty()) return handle;
    handles_[visible.find] = handle;
    installed_.push_back({directory, &found.package, handle});
    std::string_view above = parent_path(directory);
    if (base_name(above).starts_with('@')) above = parent_path(above);
    if (base_name(above) == "node_modules") modules_.insert(std::string(above));
    return handle;
  }

  static std::string full_name(const Package& package) {
    return package.name_space.empty() ? package.name : package.name_space + "/" + package.name;
  }

  /// Packages of a workspace lie outside of node_modules and are linked there.
  void add_linked(const std::string& directory) {
    for (const TreeEntry& item : view_.tree().list(directory)) {
      const std::string path(item.entry.path);
      if (item.entry.type == EntryType::directory && base_name(path).starts_with('@')) {
        add_linked(path);
      }
      if (item.entry.type != EntryType::symlink) continue;
      const VisibleFind* visible = view_.find_visible("npm", path + "/package.json");
      if (visible == nullptr || visible->find->note != linked_note) continue;
      if (handles_.contains(visible->find) || visible->find->packages.empty()) continue;
      add(*visible, visible->find->packages.front(), "linked from " + path);
    }
  }

  void relate(const Installed& installed) {
    for (const std::string& name : installed.package->depends) {
      if (const auto needed = resolve(installed.directory, name)) {
        if (*needed != installed.handle) {
          inventory_.relate(installed.handle, *needed, RelationKind::depends_on);
        }
      }
    }
  }

  std::optional<std::size_t> resolve(std::string_view directory, const std::string& name) const {
    for (;; directory = parent_path(directory)) {
      if (base_name(directory) != "node_modules") {
        const std::string beside = directory.empty() ? "" : std::string(directory) + "/";
        if (const auto handle = handle_at(beside + "node_modules/" + name)) return handle;
      }
      if (directory.empty()) return handle_at("usr/share/nodejs/" + name);
    }
  }

  std::optional<std::size_t> handle_at(const std::string& directory) const {
    const VisibleFind* visible = view_.find_visible("npm", directory + "/package.json");
    if (visible == nullptr) return std::nullopt;
    const auto known = handles_.find(visible->find);
    if (known == handles_.end()) return std::nullopt;
    return known->second;
  }

  /// Archives do not tell which of several versions a name means.
  void relate_archived(const Installed& archived) {
    for (const std::string& name : archived.package->depends) {
      const auto known = archived_names_.find(name);
      if (known == archived_names_.end() || known->second.size() != 1) continue;
      if (known->second.front() == archived.handle) continue;
      inventory_.relate(archived.handle, known->second.front(), RelationKind::depends_on);
    }
  }

  const AssemblyView& view_;
  InventoryBuilder& inventory_;
  std::unordered_map<std::string, Origin> origins_;
  std::unordered_map<const Find*, std::size_t> handles_;
  std::set<std::string> modules_;
  std::vector<Installed> installed_;
  std::vector<Installed> archived_;
  std::unordered_map<std::string, std::vector<std::size_t>> archived_names_;
  std::string pnp_path_;
};

class NpmCataloger : public Cataloger {
 public:
  std::string_view name() const override { return "npm"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    using Kind = PathRule::Kind;
    return {{Kind::name, manifest_name},
            {Kind::name, hidden_lock_name},
            {Kind::name, ".pnp.cjs"},
            {Kind::name, ".pnp.js"},
            {Kind::extension, "zip"}};
  }
  bool wants(std::string_view path, std::uint64_t) const override {
    const std::string_view directory = parent_path(path);
    if (path.ends_with(".zip")) return is_yarn_cache(path);
    if (base_name(path) == hidden_lock_name) return base_name(directory) == "node_modules";
    if (base_name(path) != manifest_name) return true;
    const NpmPlace place = npm_place(directory);
    return place == NpmPlace::installed ||
           (place == NpmPlace::elsewhere && !is_inside_modules(directory));
  }
  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text(reinterpret_cast<const char*>(file.content.data()),
                                file.content.size());
    Find find{.path = std::string(file.path)};
    const std::string_view last = base_name(file.path);
    if (last == ".pnp.cjs" || last == ".pnp.js") {
      find.note = pnp_note;
      return find;
    }
    if (last == hidden_lock_name) {
      find.note = note_of_hidden_lock(parse_lenient_json(text, find.path));
      return find;
    }
    if (last != manifest_name) {
      read_yarn_archive(file.content, find);
      return find;
    }
    auto package = parse_npm_manifest(text, find.path);
    if (!package) return std::nullopt;
    find.packages.push_back({.package = *std::move(package)});
    if (npm_place(parent_path(file.path)) != NpmPlace::installed) find.note = linked_note;
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    NpmAssembly(view, inventory).run();
  }
};

}  // namespace

std::shared_ptr<const Cataloger> npm_cataloger() { return std::make_shared<NpmCataloger>(); }

}  // namespace lade::sbom
