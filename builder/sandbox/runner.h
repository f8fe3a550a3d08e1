#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "builder/sandbox/capabilities.h"
#include "builder/sandbox/limits.h"
#include "builder/sandbox/mounts.h"
#include "builder/sandbox/seccomp_profile.h"
#include "libimage/base/cancel_token.h"
#include "libimage/base/child.h"

namespace lade::builder {

/// Owner and mode, in numbers of the container.
struct Ownership {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  unsigned mode = 0755;
};

/// A file or directory of the host seen in the container.
struct BindMount {
  std::string source{};    ///< host path; symlinks in it are followed
  std::string sub_path{};  ///< below `source`; resolved as if `source` were the root
  std::string target{};    ///< absolute, in the container
  bool read_only = false;
  bool recursive = true;  ///< with the mounts below it
  /// Set for a cache: `source` is made, with this owner and mode, if it is not there.
  std::optional<Ownership> create{};
};

/// The files of an image, or another snapshot, seen in the container.
struct OverlayMount {
  OverlaySpec overlay{};
  std::string sub_path{};
  std::string target{};
  bool read_only = true;
};

struct TmpfsMount {
  std::string target{};
  std::uint64_t size_bytes = 0;  ///< 0: half of the memory
  unsigned mode = 01777;
};

/// A file whose content lives in memory alone: a secret. Never written to a disk, gone with the
/// container.
struct ContentMount {
  std::string content{};
  std::string target{};
  Ownership owner{0, 0, 0400};
  bool read_only = true;
};

using Mount = std::variant<BindMount, OverlayMount, TmpfsMount, ContentMount>;

/// The root file system. Without an upper directory it is read-only.
struct RootFs {
  OverlaySpec overlay{};
  bool read_only = false;  ///< read-only for the process although there is an upper directory
};

struct ContainerUser {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> supplementary{};
};

enum class Network {
  none,  ///< its own, with a loopback device that is up
  host   ///< the network Lade sees
};

struct Dns {
  bool manage = true;  ///< false: the image's own /etc/resolv.conf stays
  /// If one of these is given it replaces what the host's file says.
  std::vector<std::string> servers{};
  std::vector<std::string> searches{};
  std::vector<std::string> options{};
};

struct HostEntry {
  std::string address{};
  std::string name{};
};

struct Unconfined {};
/// The default profile, none, or a given one. The rules of fake ownership (seccomp_profile.h) are
/// added to all of them where one id alone is mapped.
struct DefaultSeccomp {};
using Seccomp = std::variant<DefaultSeccomp, Unconfined, SeccompProfile>;

/// The descriptors a container starts with; it gets no others. None is closed by the run.
struct StandardFds {
  int in = -1;   ///< -1: /dev/null
  int out = -1;  ///< -1: RunHooks::output
  int err = -1;  ///< -1: RunHooks::output
  /// `in` is a terminal that becomes the container's own: Ctrl-C in it reaches the process.
  bool terminal = false;
};

/// One process to run in a container. Everything is resolved: ids are numbers, `cwd` exists, the
/// environment is complete.
struct RunSpec {
  std::vector<std::string> argv{};  ///< argv[0] without a slash is looked for in PATH of `env`
  std::vector<std::string> env{};   ///< "NAME=value", handed over as they are
  std::string cwd = "/";
  ContainerUser user{};
  RootFs root{};
  std::vector<Mount> mounts{};  ///< made in this order
  Network network = Network::host;
  std::string hostname = "lade";
  std::vector<HostEntry> hosts{};  ///< added to /etc/hosts
  Dns dns{};
  std::uint64_t shm_size_bytes = 64 << 20;
  CapabilitySet capabilities = default_capabilities;
  Seccomp seccomp{};
  bool no_new_privileges = true;
  std::vector<ResourceLimit> limits{};
  StandardFds stdio{};
  std::uint64_t timeout_ms = 0;  ///< 0: none
};

enum class OutputStream { out, err };

/// How a run talks to its caller; all are called on the thread that called `run`.
struct RunHooks {
  /// Gets what the process writes, as it comes; none throws it away.
  std::function<void(OutputStream, std::string_view)> output{};
  /// Something is not as isolated or as complete as usual.
  std::function<void(std::string_view)> warning{};
  const CancelToken* cancel = nullptr;
  /// A descriptor from which signal numbers are read, one byte each, and sent to the process.
  int signals = -1;
};

/// Runs processes in containers. A runner may be used by several threads at once, each with
/// directories of its own.
class Runner {
 public:
  virtual ~Runner() = default;
  /// Runs until the process has ended, and everything it started with it. Throws `not_found` or
  /// `denied` if its program cannot be run, `cancelled` if it was stopped by token or time,
  /// `invalid` for a specification that makes no sense, and what the kernel's refusals map to.
  virtual ExitStatus run(const RunSpec& spec, const RunHooks& hooks) = 0;
};

}  // namespace lade::builder
