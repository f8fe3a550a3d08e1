#include "libimage/store/gc_lock.h"

#include <utility>

// flock(2) lets new shared holders in while somebody waits for it exclusively, so busy writers
// could starve the collector. Whoever wants the lock passes a gate first; the collector keeps the
// gate shut while it waits for those inside to leave.
namespace lade {

GcLock GcLock::shared(const StoreLayout& layout) {
  const auto gate = FileLock::acquire(layout.lock("gc-gate"), FileLock::Mode::shared);
  return {std::nullopt, FileLock::acquire(layout.lock("gc"), FileLock::Mode::shared)};
}

GcLock GcLock::exclusive(const StoreLayout& layout) {
  auto gate = FileLock::acquire(layout.lock("gc-gate"), FileLock::Mode::exclusive);
  auto lock = FileLock::acquire(layout.lock("gc"), FileLock::Mode::exclusive);
  return {std::move(gate), std::move(lock)};
}

}  // namespace lade
