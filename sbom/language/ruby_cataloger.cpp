// A gem is a specification in a directory of RubyGems ("specifications", with those of the
// interpreter's own gems in "default" below it), or the checkout that Bundler made of a repository.
#include <map>

#include "libimage/layer/layer_path.h"
#include "sbom/language/factories.h"
#include "sbom/language/gemspec.h"

namespace lade::sbom {
namespace {

/// Of how many versions of one gem edges are drawn.
constexpr std::size_t version_limit = 8;

bool is_specifications(std::string_view directory) {
  if (base_name(directory) == "default") directory = parent_path(directory);
  return base_name(directory) == "specifications";
}

/// "…/bundler/gems/NAME-0123abcd" itself: what lies deeper in it is its own business.
bool is_checkout(std::string_view directory) {
  const std::string_view gems = parent_path(directory);
  return base_name(gems) == "gems" && base_name(parent_path(gems)) == "bundler";
}

/// The directory below which an interpreter's gems lie.
std::string gem_home(std::string_view path) {
  std::string_view directory = parent_path(path);
  if (is_checkout(directory)) return std::string(parent_path(parent_path(parent_path(directory))));
  if (base_name(directory) == "default") directory = parent_path(directory);
  return std::string(parent_path(directory));
}

class RubyCataloger : public Cataloger {
 public:
  std::string_view name() const override { return "ruby"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override { return {{PathRule::Kind::extension, "gemspec"}}; }
  bool wants(std::string_view path, std::uint64_t) const override {
    return is_specifications(parent_path(path)) || is_checkout(parent_path(path));
  }
  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text(reinterpret_cast<const char*>(file.content.data()),
                                file.content.size());
    Find find{.path = std::string(file.path)};
    if (auto package = parse_gemspec(text)) {
      find.packages.push_back({.package = *std::move(package)});
    } else {
      find.problem = "its name and version are no literals";
    }
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override;
};

void RubyCataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  using Names = std::map<std::string, std::vector<std::size_t>, std::less<>>;
  // by directory; the empty one stands for all of them, since an interpreter looks in several
  std::map<std::string, Names> homes;
  std::vector<std::pair<const Find*, std::size_t>> gems;
  for (const VisibleFind& visible : view.visible(name())) {
    for (const FoundPackage& found : visible.find->packages) {
      Package package = found.package;
      package.locations = {{visible.find->path, {}, visible.layer}};
      attribute_layers(package, view, name(), visible.find->path);
      const std::size_t handle = inventory.add(std::move(package));
      for (const std::string& home : {gem_home(visible.find->path), std::string()}) {
        std::vector<std::size_t>& known = homes[home][found.package.name];
        if (known.size() < version_limit) known.push_back(handle);
      }
      gems.emplace_back(visible.find, handle);
    }
  }
  // of several versions each may be the one that is loaded
  for (const auto& [find, handle] : gems) {
    for (const std::string& needed : find->packages.front().package.depends) {
      const Names& own = homes[gem_home(find->path)];
      const Names& names = own.contains(needed) ? own : homes[{}];
      const auto known = names.find(needed);
      if (known == names.end()) continue;
      for (const std::size_t other : known->second) {
        if (other != handle) inventory.relate(handle, other, RelationKind::depends_on);
      }
    }
  }
}

}  // namespace

std::shared_ptr<const Cataloger> ruby_cataloger() { return std::make_shared<RubyCataloger>(); }

}  // namespace lade::sbom
