#include "sbom/distribution/pacman.h"

#include <algorithm>
#include <map>

#include "libimage/base/fd.h"
#include "libimage/layer/layer_path.h"
#include "sbom/distribution/database_assembly.h"
#include "sbom/distribution/pacman_desc.h"

// Each package has a directory NAME-VERSION-RELEASE with its files "desc" and "files". A new
// version is a new directory, so the layer in which a package appeared is the lowest one that has a
// directory of its name.
namespace lade::sbom {
namespace {

constexpr std::string_view pacman_database = "var/lib/pacman/local";

/// "bash" of "bash-5.2.015-1".
std::string_view name_in_directory(std::string_view directory) {
  for (int parts = 0; parts < 2; ++parts) {
    directory = directory.substr(0, std::min(directory.rfind('-'), directory.size()));
  }
  return directory;
}

/// The lowest layer that has each package in some version.
std::map<std::string_view, std::size_t> first_layers(const MergedTree& tree) {
  std::map<std::string_view, std::size_t> first;
  for (std::size_t layer = 0; layer < tree.layers().size(); ++layer) {
    const Toc& toc = *tree.layers()[layer];
    const auto [begin, end] = toc.below(pacman_database);
    for (std::size_t i = begin; i < end; ++i) {
      const TocEntry entry = toc.at(i);
      if (entry.whiteout || base_name(entry.path) != "desc") continue;
      first.try_emplace(name_in_directory(base_name(parent_path(entry.path))), layer);
    }
  }
  return first;
}

class PacmanCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "pacman"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    return {{PathRule::Kind::name, "desc"}, {PathRule::Kind::name, "files"}};
  }
  bool wants(std::string_view path, std::uint64_t /*size_bytes*/) const override {
    return parent_path(parent_path(path)) == pacman_database;
  }

  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text = as_text(file.content);
    return base_name(file.path) == "desc" ? parse_pacman_desc(text) : parse_pacman_files(text);
  }

  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    const auto& finds = view.visible(name());
    if (finds.empty()) return;
    const auto first = first_layers(view.tree());
    std::vector<AddedPackage> all;
    for (const VisibleFind& visible : finds) {
      const auto added = add_database(view, visible, inventory, [&](Package& package) {
        const auto found = first.find(package.name);
        if (found == first.end()) return;
        package.introduced_layer = std::min(package.introduced_layer, found->second);
      });
      if (added.empty()) continue;
      const std::string beside = std::string(parent_path(visible.find->path)) + "/files";
      if (const VisibleFind* files = view.find_visible(name(), beside)) {
        inventory.own(added.front().handle, files->find->owned_paths);
      }
      all.push_back(added.front());
    }
    relate_needs(all, apk_needs(), inventory);
  }
};

}  // namespace

std::shared_ptr<const Cataloger> make_pacman_cataloger() {
  return std::make_shared<PacmanCataloger>();
}

}  // namespace lade::sbom
