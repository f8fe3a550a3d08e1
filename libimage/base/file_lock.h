#pragma once

#include <optional>
#include <string>

#include "libimage/base/fd.h"

namespace lade {

/// A flock(2) on a file, created if absent, held for the object's life. The kernel drops it when
/// the process dies, so no lock is ever stale.
class FileLock {
 public:
  enum class Mode { shared, exclusive };

  /// Waits for the lock.
  static FileLock acquire(const std::string& path, Mode mode);
  /// Nothing if somebody else holds it.
  static std::optional<FileLock> try_acquire(const std::string& path, Mode mode);

 private:
  explicit FileLock(Fd file) : file_(std::move(file)) {}
  Fd file_;
};

}  // namespace lade
