#pragma once

#include "libimage/base/file_lock.h"
#include "libimage/store/layout.h"

namespace lade {

/// Orders garbage collection against everybody else: see leases.cpp. Held shared by whoever looks
/// whether something is there and then relies on it; exclusively by whoever removes. Not
/// recursive: a holder that asks again may wait for ever.
class GcLock {
 public:
  static GcLock shared(const StoreLayout& layout);
  static GcLock exclusive(const StoreLayout& layout);

 private:
  GcLock(std::optional<FileLock> gate, FileLock lock)
      : gate_(std::move(gate)), lock_(std::move(lock)) {}
  std::optional<FileLock> gate_;
  FileLock lock_;
};

}  // namespace lade
