#include "sbom/distribution/apk.h"

#include "libimage/base/fd.h"
#include "sbom/distribution/apk_installed.h"
#include "sbom/distribution/database_assembly.h"

namespace lade::sbom {
namespace {

class ApkCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "apk"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    return {{PathRule::Kind::path, "lib/apk/db/installed"},
            {PathRule::Kind::path, "usr/lib/apk/db/installed"}};
  }

  std::optional<Find> read(const FileView& file) const override {
    return parse_apk_installed(as_text(file.content));
  }

  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    std::vector<AddedPackage> all;
    for (const VisibleFind& visible : view.visible(name())) {
      std::vector<AddedPackage> added = add_database(view, visible, inventory);
      own_paths(*visible.find, added, inventory);
      all.insert(all.end(), added.begin(), added.end());
    }
    relate_needs(all, apk_needs(), inventory);
  }
};

}  // namespace

std::shared_ptr<const Cataloger> make_apk_cataloger() { return std::make_shared<ApkCataloger>(); }

}  // namespace lade::sbom
