#pragma once

#include <string>
#include <vector>

#include "libimage/layer/merged_tree.h"

namespace lade {

/// A path at which two file systems differ.
struct TreeDifference {
  enum class Kind : unsigned char { added, removed, changed };

  std::string path;
  Kind kind = Kind::changed;
  /// Of `changed`: what of it, with old and new value: "mode 0644 to 0755", "contents".
  std::vector<std::string> facts{};

  bool operator==(const TreeDifference&) const = default;
};

/// "added", "removed", "changed".
std::string_view to_string(TreeDifference::Kind kind);

struct TreeDiffOptions {
  bool times = true;  ///< whether other times are a difference
};

/// What is different in `after`, by path, from tocs alone: no content is read. A hard link is what
/// it links to.
std::vector<TreeDifference> compare_trees(const MergedTree& before, const MergedTree& after,
                                          const TreeDiffOptions& options);

}  // namespace lade
