#pragma once

#include <optional>
#include <string>
#include <vector>

#include "builder/exec/workshop.h"
#include "builder/plan/op.h"

namespace lade::builder {

/// The layers that a step with this key made before, if they are all still in the store. They are
/// under the build's lease from then on.
std::optional<std::vector<LayerRef>> find_cached(Workshop& workshop, const std::string& key);
void remember(Workshop& workshop, const std::string& key, const std::vector<LayerRef>& layers);

}  // namespace lade::builder
