#include "sbom/catalog/assemble.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/layer/layer_path.h"
#include "sbom/catalog/inventory_builder.h"
#include "sbom/catalog/os_release.h"

// A find counts if the merged tree shows its path from its layer. Everything that was found keeps
// the layer it is of, so whoever wants to know since when something is there can ask for what the
// layers below said at the same path.
namespace lade::sbom {
namespace {

class View final : public AssemblyView {
 public:
  View(const MergedTree& tree, const std::vector<LayerFinds>& layers)
      : tree_(tree), layers_(layers) {
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
      for (const Find& find : layers[layer].finds) {
        if (is_shown(find, layer)) visible_[find.cataloger].push_back({&find, layer});
      }
    }
    for (auto& [cataloger, finds] : visible_) {
      std::stable_sort(finds.begin(), finds.end(), [](const auto& a, const auto& b) {
        return path_less(a.find->path, b.find->path);
      });
    }
    distribution_ = find_distribution(*this);
  }

  const MergedTree& tree() const override { return tree_; }
  const std::optional<Distribution>& distribution() const override { return distribution_; }

  const std::vector<VisibleFind>& visible(std::string_view cataloger) const override {
    static const std::vector<VisibleFind> none;
    const auto found = visible_.find(cataloger);
    return found == visible_.end() ? none : found->second;
  }

  const VisibleFind* find_visible(std::string_view cataloger,
                                  std::string_view path) const override {
    if (const VisibleFind* direct = find_at(cataloger, path)) return direct;
    const auto resolved = find_resolved_path(tree_, path);
    return resolved ? find_at(cataloger, *resolved) : nullptr;
  }

  std::vector<VisibleFind> history(std::string_view cataloger,
                                   std::string_view path) const override {
    std::vector<VisibleFind> all;
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
      const auto [first, last] = layers_[layer].at(path);
      for (std::size_t i = first; i < last; ++i) {
        const Find& find = layers_[layer].finds[i];
        if (find.cataloger == cataloger) all.push_back({&find, layer});
      }
    }
    return all;
  }

  /// The problems of all catalogers, in those of the finds that are visible.
  void tell_problems(InventoryBuilder& inventory) const {
    for (const auto& [cataloger, finds] : visible_) {
      for (const VisibleFind& visible : finds) {
        if (visible.find->problem.empty()) continue;
        inventory.remark(visible.find->path, cataloger + ": " + visible.find->problem);
      }
    }
  }

 private:
  bool is_shown(const Find& find, std::size_t layer) const {
    const auto shown = tree_.find(find.path);
    if (!shown || shown->layer != layer) return false;
    const EntryType type = shown->entry.type;
    // a directory that nobody can read is a problem, and nothing else
    return type == EntryType::file || type == EntryType::hardlink || !find.problem.empty();
  }

  const VisibleFind* find_at(std::string_view cataloger, std::string_view path) const {
    const auto& finds = visible(cataloger);
    const auto found = std::lower_bound(finds.begin(), finds.end(), path,
                                        [](const VisibleFind& find, std::string_view wanted) {
                                          return path_less(find.find->path, wanted);
                                        });
    return found != finds.end() && found->find->path == path ? &*found : nullptr;
  }

  const MergedTree& tree_;
  const std::vector<LayerFinds>& layers_;
  std::map<std::string, std::vector<VisibleFind>, std::less<>> visible_;
  std::optional<Distribution> distribution_;
};

}  // namespace

Inventory assemble(const Catalogers& catalogers, const MergedTree& tree,
                   const std::vector<LayerFinds>& layers, Subject subject) {
  if (layers.size() != tree.layers().size()) {
    fail(ErrorKind::internal, "finds of {} layers for {}", layers.size(), tree.layers().size());
  }
  const View view(tree, layers);
  OrderedInventory inventory(tree, view.distribution());
  for (const auto& cataloger : catalogers) {
    inventory.begin(cataloger->name());
    cataloger->assemble(view, inventory);
  }
  view.tell_problems(inventory);
  return inventory.finish(std::move(subject));
}

}  // namespace lade::sbom
