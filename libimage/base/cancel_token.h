#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "libimage/base/fd.h"

namespace lade {

/// Tells work that is under way to stop. One token may serve many workers; once cancelled it stays
/// so. All calls may come from any thread, `cancel` also from a signal handler. It may be asked as
/// often as a buffer is read: that is no system call.
class CancelToken {
 public:
  CancelToken();

  void cancel() noexcept;
  /// From now on also cancelled by `other`, which may go before this one does. Called before other
  /// threads know of this token.
  void follow(const CancelToken& other);
  bool cancelled() const;
  /// A descriptor that polls readable once cancelled.
  int descriptor() const { return any_.get(); }

 private:
  using Flag = std::shared_ptr<std::atomic<bool>>;

  Fd event_;
  Fd any_;                   ///< an epoll of `event_` and of what is followed
  std::vector<Flag> flags_;  ///< its own, then those of what is followed
};

/// Waits; throws `cancelled` as soon as `token` is.
void pause(std::chrono::milliseconds time, const CancelToken* token);

/// Throws `cancelled` if `token` is; null is never.
void require_going_on(const CancelToken* token);

}  // namespace lade
