// An archive is read whole by itself. What its packages need is known by group and artifact; those
// are looked for in the same archive and, for archives that lie on disk side by side, in their
// directory.
#include <map>

#include "libimage/layer/layer_path.h"
#include "sbom/language/factories.h"
#include "sbom/language/java_archive.h"
#include "sbom/language/maven_pom.h"

namespace lade::sbom {
namespace {

constexpr std::uint64_t java_limit_bytes = std::uint64_t{2} << 30U;

class JavaAssembly {
 public:
  JavaAssembly(const AssemblyView& view, InventoryBuilder& inventory)
      : view_(view), inventory_(inventory) {}

  void run() {
    for (const VisibleFind& visible : view_.visible("java")) add(visible);
    for (const Placed& placed : placed_) relate(placed);
  }

 private:
  struct Placed {
    const Package* package;
    std::size_t handle;
    std::string directory;
    const Find* archive;
  };
  using Names = std::map<std::string, std::size_t, std::less<>>;

  void add(const VisibleFind& visible) {
    const Find& find = *visible.find;
    std::vector<std::size_t> handles;
    for (const FoundPackage& found : find.packages) {
      Package package = found.package;
      package.locations = {{find.path, found.inner, visible.layer}};
      attribute_layers(package, view_, "java", find.path);
      const std::string name = package.name_space + ":" + package.name;
      const std::size_t handle = inventory_.add(std::move(package));
      handles.push_back(handle);
      if (found.parent >= 0) {
        inventory_.relate(handles.at(static_cast<std::size_t>(found.parent)), handle,
                          RelationKind::contains);
      }
      placed_.push_back({&found.package, handle, std::string(parent_path(find.path)), &find});
      in_archives_[&find].emplace(name, handle);
      if (found.inner.empty()) in_directories_[placed_.back().directory].emplace(name, handle);
    }
  }

  void relate(const Placed& placed) {
    for (const std::string& name : placed.package->depends) {
      std::optional<std::size_t> needed = find_in(in_archives_[placed.archive], name);
      if (!needed) needed = find_in(in_directories_[placed.directory], name);
      if (needed && *needed != placed.handle) {
        inventory_.relate(placed.handle, *needed, RelationKind::depends_on);
      }
    }
  }

  static std::optional<std::size_t> find_in(const Names& names, const std::string& name) {
    const auto known = names.find(name);
    if (known == names.end()) return std::nullopt;
    return known->second;
  }

  const AssemblyView& view_;
  InventoryBuilder& inventory_;
  std::vector<Placed> placed_;
  std::map<const Find*, Names> in_archives_;
  std::map<std::string, Names> in_directories_;
};

class JavaCataloger : public Cataloger {
 public:
  std::string_view name() const override { return "java"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    using Kind = PathRule::Kind;
    return {{Kind::extension, "jar"},  {Kind::extension, "war"},      {Kind::extension, "ear"},
            {Kind::extension, "par"},  {Kind::extension, "sar"},      {Kind::extension, "nar"},
            {Kind::extension, "kar"},  {Kind::extension, "jpi"},      {Kind::extension, "hpi"},
            {Kind::extension, "lpkg"}, {Kind::name, "pom.properties"}};
  }
  /// The metadata of a Maven project beside archives: one that a server unpacked.
  bool wants(std::string_view path, std::uint64_t) const override {
    return base_name(path) != "pom.properties" ||
           ("/" + std::string(path)).find("/META-INF/maven/") != std::string::npos;
  }
  std::uint64_t limit_bytes() const override { return java_limit_bytes; }
  std::optional<Find> read(const FileView& file) const override {
    Find find{.path = std::string(file.path)};
    if (base_name(file.path) != "pom.properties") {
      read_java_archive(file.content, base_name(file.path), find);
      return find;
    }
    const auto project = parse_pom_properties(
        {reinterpret_cast<const char*>(file.content.data()), file.content.size()});
    if (!project) return std::nullopt;
    find.packages.push_back({.package = {.type = PackageType::maven,
                                         .name_space = project->group,
                                         .name = project->artifact,
                                         .version = project->version}});
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    JavaAssembly(view, inventory).run();
  }
};

}  // namespace

std::shared_ptr<const Cataloger> java_cataloger() { return std::make_shared<JavaCataloger>(); }

}  // namespace lade::sbom
