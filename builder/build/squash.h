#pragma once

#include <cstddef>
#include <vector>

#include "builder/exec/workshop.h"

namespace lade::builder {

/// The layers from number `keep` on as one layer: what they add, change and remove taken together.
/// Layers below `keep` stay as they are. A layer that would be empty is left out.
std::vector<LayerRef> squash_layers(const Workshop& workshop, const std::vector<LayerRef>& layers,
                                    std::size_t keep);

}  // namespace lade::builder
