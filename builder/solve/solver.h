#pragma once

#include <functional>
#include <string>
#include <vector>

#include "builder/exec/workshop.h"
#include "builder/plan/op.h"
#include "libimage/base/progress.h"

namespace lade::builder {

/// What became of a node.
struct NodeResult {
  std::vector<LayerRef> layers;  ///< all of them, lowest first
  std::size_t added = 0;         ///< how many of them the node itself added
  bool cached = false;
};

struct SolveOptions {
  unsigned jobs = 2;
  /// Called once, before the first step that must run a process, while no other thread exists: the
  /// place to enter a user namespace.
  std::function<void()> before_run{};
  /// Whether all layers of the result must be in the store, or those alone that a step reads.
  bool whole = true;
};

/// Carries out the part of a graph that `result` needs: first everything the cache knows, then what
/// is left, as many independent steps at a time as there are jobs. The first failing step stops the
/// others. Returns a result per node; those of nodes that were not needed are empty.
std::vector<NodeResult> solve(const Graph& graph, NodeId result, Workshop& workshop,
                              const SolveOptions& options, Progress& progress);

}  // namespace lade::builder
