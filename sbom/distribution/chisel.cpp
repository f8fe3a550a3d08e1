#include "sbom/distribution/chisel.h"

#include "sbom/distribution/chisel_manifest.h"
#include "sbom/distribution/database_assembly.h"

namespace lade::sbom {
namespace {

class ChiselCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "chisel"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override { return {{PathRule::Kind::name, "manifest.wall"}}; }

  std::optional<Find> read(const FileView& file) const override {
    return parse_chisel_manifest(file.content);
  }

  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    for (const VisibleFind& visible : view.visible(name())) {
      std::vector<AddedPackage> added = add_database(view, visible, inventory);
      own_paths(*visible.find, added, inventory);
    }
  }
};

}  // namespace

std::shared_ptr<const Cataloger> make_chisel_cataloger() {
  return std::make_shared<ChiselCataloger>();
}

}  // namespace lade::sbom
