#pragma once

#include <string>
#include <vector>

#include "builder/exec/step.h"
#include "builder/snapshot/snapshots.h"
#include "libimage/base/file_lock.h"

namespace lade::builder {

/// What the --mount flags of one RUN come to, and what must live as long as the run.
struct PreparedMounts {
  std::vector<Mount> mounts;
  std::vector<std::string> env;  ///< NAME=value that mounts add
  std::vector<Snapshots::Scratch> scratch;
  std::vector<FileLock> locks;
  std::vector<TempDir> directories;
};

PreparedMounts prepare_mounts(Workshop& workshop, const RunOp& op,
                              const std::map<NodeId, StepInput>& inputs);

/// What the mounts add to a step's cache key: the content of what is bound, the ids of the rest.
/// Never a secret.
std::string mounts_key(Workshop& workshop, const RunOp& op,
                       const std::map<NodeId, StepInput>& inputs);

}  // namespace lade::builder
