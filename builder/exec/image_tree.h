#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "builder/exec/source_tree.h"
#include "builder/exec/stack_files.h"
#include "builder/plan/op.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/store/store.h"

namespace lade::builder {

/// The files of a stage or image, from its tocs; contents come out of the layer blobs. Nothing is
/// unpacked.
class ImageTree final : public SourceTree {
 public:
  /// `layers` are those of `tree`, lowest first; their blobs are in the store.
  ImageTree(std::string name, std::shared_ptr<Store> store, std::vector<LayerRef> layers,
            MergedTree tree);

  std::string name() const override { return name_; }
  std::optional<Entry> find(std::string_view path) override;
  std::vector<Entry> list(std::string_view directory) override;
  std::vector<Digest> hash(std::span<const Entry> files) override;
  std::unique_ptr<Source> open(const Entry& file) override;
  std::string identity(const Entry& file) override;

 private:
  TreeEntry content(const Entry& file) const;
  Entry source_entry(const TreeEntry& shown) const;

  std::string name_;
  MergedTree tree_;
  StackFiles files_;
};

/// An entry of a merged tree as a tar member with that path would say it.
Entry to_entry(const TreeEntry& entry);

}  // namespace lade::builder
