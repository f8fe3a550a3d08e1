#pragma once

#include <memory>
#include <string>
#include <vector>

#include "builder/exec/workshop.h"
#include "builder/plan/op.h"
#include "libimage/base/progress.h"

namespace lade::builder {

/// A node's input as the steps before it left it.
struct StepInput {
  std::string name;  ///< for messages: "stage build", an image's name
  std::vector<LayerRef> layers;
};

/// A node with its inputs at hand: first asked for its key, then, unless the cache knows the key,
/// carried out. Steps of different nodes may work at the same time.
class Step {
 public:
  virtual ~Step() = default;
  /// Equal keys, equal results (but for times, unless the build has an epoch).
  virtual std::string key() = 0;
  /// The layers that the node adds; none if it changed nothing.
  virtual std::vector<LayerRef> execute(ProgressTask& progress) = 0;
};

/// `base` is what node.base left, `inputs` by node id what other nodes left.
std::unique_ptr<Step> make_copy_step(Workshop& workshop, const CopyOp& op, const StepInput& base,
                                     const StepInput* from);
std::unique_ptr<Step> make_dir_step(Workshop& workshop, const MakeDirOp& op, const StepInput& base);
std::unique_ptr<Step> make_run_step(Workshop& workshop, const RunOp& op, const StepInput& base,
                                    const std::map<NodeId, StepInput>& inputs);

}  // namespace lade::builder
