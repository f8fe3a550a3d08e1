#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "libimage/layer/merged_tree.h"
#include "libimage/stream/source.h"

namespace lade::builder {

/// The layers of an image: what they show together, and their bytes.
struct LayerStack {
  MergedTree tree;
  /// The uncompressed tar of a layer; 0 is the lowest. Called once or not at all for each.
  std::function<std::unique_ptr<Source>(std::size_t layer)> open;
};

}  // namespace lade::builder
