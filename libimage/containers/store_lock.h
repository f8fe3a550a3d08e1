#pragma once

#include <optional>
#include <string>

#include "libimage/base/cancel_token.h"
#include "libimage/base/fd.h"

namespace lade {

/// A read lock on a lock file of a containers store, as podman and buildah take them: fcntl(2) on
/// the whole file. Held for the object's life, without keeping other readers out.
class ContainersReadLock {
 public:
  /// Waits for who writes; `cancelled` once the token is. Nothing if there is no such file: nobody
  /// writes to a store without.
  static std::optional<ContainersReadLock> acquire(const std::string& path,
                                                   const CancelToken* cancel);

 private:
  explicit ContainersReadLock(Fd file) : file_(std::move(file)) {}
  Fd file_;
};

}  // namespace lade
