#pragma once

#include <string>
#include <vector>

#include "libimage/layer/apply.h"
#include "libimage/layer/merged_tree.h"
#include "tests/support/tar_builder.h"

namespace lade {

/// What unpacking in a test uses: owners are set only where the caller may.
ApplyOptions options_of_caller(ApplyOptions options = {});

/// One line for each path below a root: path, type, mode, owner (where the caller may set it),
/// time, xattrs, link or the hash of the contents. From a directory on the disk, and from a merged
/// tree: equal if they show the same.
std::string text_of_directory(const std::string& directory);
std::string text_of_tree(const MergedTree& tree);

/// What layers show, the lowest first.
MergedTree tree_of(const std::vector<TarBuilder>& layers);

}  // namespace lade
