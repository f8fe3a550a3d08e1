#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "builder/plan/op.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/store/store.h"

namespace lade::builder {

/// The contents of the files that a stack of layers shows, out of the layer blobs.
class StackFiles {
 public:
  /// Lowest layer first; their blobs are in the store.
  StackFiles(std::shared_ptr<Store> store, std::vector<LayerRef> layers)
      : store_(std::move(store)), layers_(std::move(layers)) {}

  /// `file` is what MergedTree::content_of answers, of a tree of the same layers.
  std::unique_ptr<Source> open(const TreeEntry& file) {
    auto& files = opened_[file.layer];
    if (!files) files = store_->open_files(layers_.at(file.layer).blob);
    return files->open(file.entry);
  }
  /// Equal for the names of one file.
  static std::string identity(const TreeEntry& file) {
    return fmt::format("{} {}", file.layer, file.entry.path);
  }

 private:
  std::shared_ptr<Store> store_;
  std::vector<LayerRef> layers_;
  std::map<std::size_t, std::unique_ptr<LayerFiles>> opened_;
};

}  // namespace lade::builder
