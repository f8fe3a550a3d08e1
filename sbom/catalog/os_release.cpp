#include "sbom/catalog/os_release.h"

#include "libimage/base/fd.h"

namespace lade::sbom {
namespace {

constexpr std::string_view cataloger_name = "os-release";
constexpr std::string_view places[] = {"etc/os-release", "usr/lib/os-release"};

class OsReleaseCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return cataloger_name; }
  unsigned version() const override { return 1; }
  std::uint64_t limit_bytes() const override { return 64U << 10U; }
  std::vector<PathRule> rules() const override {
    std::vector<PathRule> rules;
    for (const std::string_view path : places) rules.push_back({PathRule::Kind::path, path});
    return rules;
  }
  std::optional<Find> read(const FileView& file) const override {
    return Find{.note = std::string(as_text(file.content))};
  }
  void assemble(const AssemblyView& /*view*/, InventoryBuilder& /*inventory*/) const override {}
};

}  // namespace

std::shared_ptr<const Cataloger> make_os_release_cataloger() {
  return std::make_shared<OsReleaseCataloger>();
}

std::optional<Distribution> find_distribution(const AssemblyView& view) {
  for (const std::string_view path : places) {
    const VisibleFind* visible = view.find_visible(cataloger_name, path);
    if (visible == nullptr) continue;
    if (auto distribution = parse_os_release(visible->find->note, visible->find->path)) {
      return distribution;
    }
  }
  return std::nullopt;
}

}  // namespace lade::sbom
