#pragma once

#include <sys/types.h>

#include <future>
#include <thread>

#include "builder/sandbox/container_plan.h"

namespace lade::builder {

/// A started container, as its runner holds it.
///
/// A thread of its own makes the container's mount namespace, starts the container in it and lives
/// as long: the kernel ties "die with your parent" to the thread that cloned. After the start this
/// thread touches no path, for its root directory has become the container's.
class Container {
 public:
  /// Everything `run` has decided; outlives the container.
  struct Parts {
    const RunSpec& spec;
    const IdMapping& ids;
    const DetachedMount& root;
    MountTargets& targets;
    const HostFiles& host;
    PlanFds fds;
  };

  /// Returns once the first process runs; throws what its preparation threw.
  explicit Container(Parts parts);
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  /// Kills what still runs and waits for it.
  ~Container();

  /// Polls readable once everything in the container has ended.
  int descriptor() const { return pidfd_.get(); }
  /// Sends a signal to the first process, which passes it on; SIGKILL ends everything.
  void signal(int number) const noexcept;
  /// Waits; how the first process ended.
  ExitStatus wait();

 private:
  void live(const Parts& parts, std::promise<Fd>& started);

  Fd pidfd_;
  int wait_status_ = 0;
  std::thread thread_;
};

}  // namespace lade::builder
