#include "libimage/layer/layer_path.h"
#include "sbom/language/dotnet_deps.h"
#include "sbom/language/factories.h"
#include "sbom/language/listed_packages.h"

namespace lade::sbom {
namespace {

class DotnetCataloger : public Cataloger {
 public:
  std::string_view name() const override { return "dotnet"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override { return {{PathRule::Kind::extension, "json"}}; }
  bool wants(std::string_view path, std::uint64_t) const override {
    return path.ends_with(".deps.json");
  }
  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text(reinterpret_cast<const char*>(file.content.data()),
                                file.content.size());
    Find find{.path = std::string(file.path)};
    for (Package& package : parse_dotnet_deps(text, find.path)) {
      find.packages.push_back({.package = std::move(package)});
    }
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    add_listed_packages(view, inventory, name(), [](const Package& package) {
      return std::vector<std::string>{package.name};
    });
  }
};

}  // namespace

std::shared_ptr<const Cataloger> dotnet_cataloger() { return std::make_shared<DotnetCataloger>(); }

}  // namespace lade::sbom
