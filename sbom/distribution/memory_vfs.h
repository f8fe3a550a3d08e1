#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace lade::sbom {

/// Lets SQLite read a database that is in memory or mapped, without a copy of it and without any
/// way to a file: no journal, no log, nothing to write to. A database in WAL mode is shown as one
/// with a rollback journal, since SQLite would look for the log beside it.
class MemoryVfs {
 public:
  /// `database` must outlive it.
  explicit MemoryVfs(std::span<const std::byte> database);
  MemoryVfs(const MemoryVfs&) = delete;
  MemoryVfs& operator=(const MemoryVfs&) = delete;
  ~MemoryVfs();

  /// What to open databases with; the name of the file does not matter.
  const char* name() const { return name_.c_str(); }

 private:
  std::span<const std::byte> database_;
  std::string name_;
  sqlite3_vfs vfs_{};
};

}  // namespace lade::sbom
