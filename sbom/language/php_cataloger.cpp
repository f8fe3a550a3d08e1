#include "libimage/layer/layer_path.h"
#include "sbom/language/composer_installed.h"
#include "sbom/language/factories.h"
#include "sbom/language/listed_packages.h"

namespace lade::sbom {
namespace {

class PhpCataloger : public Cataloger {
 public:
  std::string_view name() const override { return "php"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    return {{PathRule::Kind::name, "installed.json"}};
  }
  bool wants(std::string_view path, std::uint64_t) const override {
    return base_name(parent_path(path)) == "composer";
  }
  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text(reinterpret_cast<const char*>(file.content.data()),
                                file.content.size());
    Find find{.path = std::string(file.path)};
    for (Package& package : parse_composer_installed(text, find.path)) {
      find.packages.push_back({.package = std::move(package)});
    }
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    add_listed_packages(view, inventory, name(), [](const Package& package) {
      std::vector<std::string> names = package.provides;
      names.push_back(package.name_space.empty() ? package.name
                                                 : package.name_space + "/" + package.name);
      return names;
    });
  }
};

}  // namespace

std::shared_ptr<const Cataloger> php_cataloger() { return std::make_shared<PhpCataloger>(); }

}  // namespace lade::sbom
