#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/layer/toc.h"

namespace lade {

/// A path as the layers together show it.
struct TreeEntry {
  TocEntry entry;     ///< never a whiteout
  std::size_t layer;  ///< which layer shows it; 0 is the lowest
};

/// The file system that layers on top of each other show, answered from their tocs (image-spec 1.1,
/// layer.md, "Applying Changesets"). A value: cheap to copy, safe to share between threads.
///
/// As under overlayfs, a layer hides a path of lower layers by a whiteout of it or of a directory
/// above it, by an opaque directory above it, or by something that is no directory at it or above
/// it. A directory that an upper layer only implies shows the metadata of the one below it, unless
/// it is opaque.
class MergedTree {
 public:
  MergedTree() = default;
  /// Lowest layer first.
  explicit MergedTree(std::vector<std::shared_ptr<const Toc>> layers);

  const std::vector<std::shared_ptr<const Toc>>& layers() const { return layers_; }
  /// The same tree with one more layer on top.
  MergedTree with_layer(std::shared_ptr<const Toc> layer) const;

  /// The entry at a normalised path, no symlink followed. A directory that no layer names but one
  /// has members in is shown as implied, root 0755; the root directory always exists.
  std::optional<TreeEntry> find(std::string_view path) const;
  /// What is in a directory, sorted by name; empty if it is none.
  std::vector<TreeEntry> list(std::string_view directory) const;
  /// Every entry below `directory` (not itself), depth first in path_less order. Return false from
  /// `visit` to leave out what is below the entry just shown.
  void walk(std::string_view directory, const std::function<bool(const TreeEntry&)>& visit) const;

  /// Follows every symlink in `path` inside the root, the last one too unless `follow_last` is
  /// false; parts that do not exist are kept as they are. ".." stops at the root. Throws `invalid`
  /// after 40 links.
  std::string resolve(std::string_view path, bool follow_last = true) const;
  /// find(resolve(path)).
  std::optional<TreeEntry> find_resolved(std::string_view path) const;
  /// For a hard link the entry that has the contents, in its layer or (`link_below`) in those under
  /// it; the link itself if there is none. Others are themselves.
  TreeEntry content_of(const TreeEntry& entry) const;

 private:
  std::vector<std::shared_ptr<const Toc>> layers_;
};

}  // namespace lade
