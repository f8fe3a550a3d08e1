#pragma once

#include <string>
#include <vector>

#include "builder/sandbox/container_init.h"
#include "builder/sandbox/container_root.h"
#include "builder/sandbox/runner.h"
#include "builder/sandbox/userns.h"

namespace lade::builder {

/// Descriptors that a container's first process uses, besides its mount points.
struct PlanFds {
  int standard[3];  ///< all above 2
  int report;
  int parent_pidfd;
};

/// Owns all that a ContainerPlan points to. Made whole before the clone, since nothing can be
/// allocated after it.
class PreparedPlan {
 public:
  /// `spec` and `pending` outlive this object.
  PreparedPlan(const RunSpec& spec, const IdMapping& ids, const PendingMounts& pending,
               const PlanFds& fds);
  PreparedPlan(const PreparedPlan&) = delete;
  PreparedPlan& operator=(const PreparedPlan&) = delete;

  const ContainerPlan& plan() const { return plan_; }

 private:
  void set_programs(const RunSpec& spec);
  void set_fds(const PendingMounts& pending, const PlanFds& fds);

  ContainerPlan plan_;
  std::vector<int> kept_;
  std::vector<std::string> program_texts_;
  std::vector<const char*> programs_;
  std::vector<char*> argv_;
  std::vector<char*> env_;
  std::vector<sock_filter> seccomp_;
  std::vector<char> stack_;
};

}  // namespace lade::builder
