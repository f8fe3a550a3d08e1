#pragma once

#include "builder/sandbox/runner.h"
#include "builder/sandbox/userns.h"

namespace lade::builder {

/// Runs containers with the kernel's own means: namespaces, an overlay, capabilities and seccomp.
/// Needs Linux 5.12 (5.11 for an overlay without root). Each run starts one thread; the container
/// dies with the calling process, however that ends.
class NativeRunner : public Runner {
 public:
  /// `ids` is what enter_user_namespace has answered.
  explicit NativeRunner(IdMapping ids) : ids_(std::move(ids)) {}

  ExitStatus run(const RunSpec& spec, const RunHooks& hooks) override;

 private:
  const IdMapping ids_;
};

}  // namespace lade::builder
