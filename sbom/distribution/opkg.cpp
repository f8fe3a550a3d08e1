#include "sbom/distribution/opkg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "libimage/base/fd.h"
#include "libimage/layer/layer_path.h"
#include "sbom/distribution/database_assembly.h"
#include "sbom/distribution/opkg_status.h"
#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/text_lines.h"

// As dpkg, but the status file says little: the rest is in info/NAME.control. Lines of
// info/NAME.list may have a mode and a link's target behind the path, after a tab.
namespace lade::sbom {
namespace {

constexpr std::array<std::string_view, 2> opkg_roots{"usr/lib/opkg", "var/lib/opkg"};

bool is_opkg_root(std::string_view path) {
  return std::find(opkg_roots.begin(), opkg_roots.end(), path) != opkg_roots.end();
}

Find read_opkg_list(std::string_view text) {
  Find find;
  for_each_line(text, [&](std::string_view line) {
    append_owned_path(find.owned_paths, line.substr(0, line.find('\t')));
  });
  return find;
}

/// Fills what is empty.
void fill_from(const Package& control, Package& package) {
  const auto fill = [](std::string& text, const std::string& other) {
    if (text.empty()) text = other;
  };
  fill(package.source_name, control.source_name);
  fill(package.supplier, control.supplier);
  fill(package.homepage, control.homepage);
  fill(package.description, control.description);
  if (package.licenses.empty()) package.licenses = control.licenses;
  if (package.cpes.empty()) package.cpes = control.cpes;
  if (package.installed_bytes == 0) package.installed_bytes = control.installed_bytes;
}

class OpkgCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "opkg"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    return {{PathRule::Kind::path, "usr/lib/opkg/status"},
            {PathRule::Kind::path, "var/lib/opkg/status"},
            {PathRule::Kind::directory, "usr/lib/opkg/info"},
            {PathRule::Kind::directory, "var/lib/opkg/info"}};
  }
  bool wants(std::string_view path, std::uint64_t /*size_bytes*/) const override {
    return is_opkg_root(parent_path(path)) || path.ends_with(".list") || path.ends_with(".control");
  }

  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text = as_text(file.content);
    return file.path.ends_with(".list") ? read_opkg_list(text) : parse_opkg_status(text);
  }

  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    std::vector<AddedPackage> all;
    for (const VisibleFind& visible : view.visible(name())) {
      const std::string_view root = parent_path(visible.find->path);
      if (!is_opkg_root(root)) continue;
      const auto beside = [&](const Package& package, std::string_view suffix) {
        return view.find_visible(name(), fmt::format("{}/info/{}{}", root, package.name, suffix));
      };
      const auto added = add_database(view, visible, inventory, [&](Package& package) {
        const VisibleFind* control = beside(package, ".control");
        if (control == nullptr || control->find->packages.empty()) return;
        fill_from(control->find->packages.front().package, package);
      });
      for (const AddedPackage& one : added) {
        const VisibleFind* list = beside(*one.package, ".list");
        if (list != nullptr) inventory.own(one.handle, list->find->owned_paths);
      }
      all.insert(all.end(), added.begin(), added.end());
    }
    relate_needs(all, dpkg_needs(), inventory);
  }
};

}  // namespace

std::shared_ptr<const Cataloger> make_opkg_cataloger() { return std::make_shared<OpkgCataloger>(); }

}  // namespace lade::sbom
