#pragma once

#include <string>
#include <vector>

#include "builder/sandbox/mount_target.h"
#include "builder/sandbox/mounts.h"
#include "builder/sandbox/runner.h"

namespace lade::builder {

/// What the container's first process still has to mount itself, since it depends on its
/// namespaces: the places, as O_PATH descriptors.
struct PendingMounts {
  Fd root;  ///< what becomes the root directory
  Fd proc;
  Fd sys;
  Fd mqueue;
};

/// What the host's files say, for those that a container gets.
struct HostFiles {
  std::string hosts;
  std::string resolv_conf;
};

/// Lays out a container's file tree in the mount namespace of the calling thread, which must be one
/// made for it: attaches `root`, and mounts on it /dev with all it needs, /etc/hosts and
/// /etc/resolv.conf, and the mounts of the specification. `targets` notes what had to be made.
/// `terminal_group` says whether there is the group 5 that terminals belong to. The thread's umask
/// must be 0.
PendingMounts lay_out_root(const RunSpec& spec, const DetachedMount& root, MountTargets& targets,
                           const HostFiles& host, bool terminal_group);

}  // namespace lade::builder
