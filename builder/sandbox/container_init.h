#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "builder/sandbox/capabilities.h"
#include "builder/sandbox/limits.h"

namespace lade::builder {

/// Where the start of a container can fail.
enum class Stage : std::uint32_t {
  standard_fds,
  parent_died,
  loopback,
  host_name,
  proc,
  sys,
  mqueue,
  pivot_root,
  mask,
  start_process,
  session,
  terminal,
  limit,
  groups,
  user,
  capabilities,
  no_new_privileges,
  seccomp,
  directory,
  exec
};
std::string_view to_string(Stage stage);

/// What the container's first process tells the runner, through a pipe, one record at a time.
struct Report {
  enum class Kind : std::uint32_t {
    failed,  ///< `value` is the errno of `stage`
    note,    ///< `stage` went on in its second-best way
    exited   ///< `value` is the wait status of the process
  };
  Kind kind = Kind::failed;
  Stage stage = Stage::standard_fds;
  std::int32_t value = 0;
};

/// Everything the new process needs, allocated before it is cloned: between clone and exec it may
/// only make system calls. All pointers stay valid, and the texts end in 0.
struct ContainerPlan {
  int standard_fds[3] = {-1, -1, -1};  ///< all above 2
  int report = -1;
  int parent_pidfd = -1;  ///< polls readable once the runner's process is dead
  int root = -1;          ///< the root file system, attached in the current mount namespace
  int proc = -1;          ///< mount points in it
  int sys = -1;
  int mqueue = -1;
  std::span<const int> kept;  ///< the descriptors above, sorted
  bool new_network = false;
  bool terminal = false;
  std::string_view hostname;
  const char* directory = nullptr;
  std::span<const char* const> programs;  ///< paths to try in this order
  char* const* argv = nullptr;
  char* const* env = nullptr;
  uid_t uid = 0;
  gid_t gid = 0;
  std::span<const gid_t> groups;
  bool set_groups = true;  ///< false where the namespace forbids setgroups
  CapabilitySet capabilities = 0;
  std::span<const ResourceLimit> limits;
  std::span<const sock_filter> seccomp;  ///< empty: no filter
  bool no_new_privileges = true;
  char* stack_top = nullptr;  ///< of at least 64 KiB, for starting the process
};

/// The life of pid 1 of a container: completes its namespaces, starts the process, passes signals
/// on, reaps what it inherits, and ends with the process, whereupon the kernel kills what is left.
/// Async-signal-safe.
[[noreturn]] void run_container_init(const ContainerPlan& plan);

/// Becomes the user's process, by exec. Async-signal-safe. Runs on a stack of its own, which
/// AddressSanitizer takes for a mistake whenever a function that does not return is called on it.
[[noreturn, gnu::no_sanitize_address]] void run_container_process(const ContainerPlan& plan);

/// Reports a failure and ends the calling process.
[[noreturn]] void report_failure(const ContainerPlan& plan, Stage stage, int error_number);
/// The same with errno, unless `ok`.
void require(const ContainerPlan& plan, bool ok, Stage stage);
void report(const ContainerPlan& plan, Report::Kind kind, Stage stage, int value);

}  // namespace lade::builder
