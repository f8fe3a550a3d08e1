#pragma once

#include <vector>

#include "builder/build/build.h"
#include "builder/plan/lower.h"
#include "builder/solve/solver.h"

namespace lade::builder {

/// Puts the image of a solved plan together and into the store: config with history, labels and
/// times, manifest with annotations. Nothing is named yet.
BuildRecord commit(const Plan& plan, const std::vector<NodeResult>& results,
                   const BuildOptions& options, Workshop& workshop);

}  // namespace lade::builder
