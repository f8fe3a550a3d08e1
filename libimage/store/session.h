#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/fd.h"
#include "libimage/base/file_lock.h"
#include "libimage/store/layout.h"

namespace lade {

/// One process's foothold in a store: a directory in tmp/ with a lock that is held while the
/// process lives, the lines of its lease, its unfinished blobs and its work directories. Made on
/// first use. All calls may come from several threads.
class Session {
 public:
  explicit Session(StoreLayout layout) : layout_(std::move(layout)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  const StoreLayout& layout() const { return layout_; }
  /// A path of its own in the session's directory; nothing is there yet.
  std::string new_path(std::string_view prefix);

  /// Lines of the lease count while at least one hold is kept.
  void hold();
  void drop_hold();
  /// Adds a line to the lease if there is a hold; it takes effect before this returns. Must not be
  /// called under a GcLock.
  void protect(const std::string& line);

 private:
  void start_locked();

  StoreLayout layout_;
  std::mutex mutex_;
  std::atomic<bool> started_ = false;
  std::string directory_;
  std::optional<FileLock> alive_;
  Fd lease_;
  std::size_t holds_ = 0;
  std::set<std::string> lines_;
  std::uint64_t next_ = 0;
};

/// A session directory found in tmp/.
struct FoundSession {
  std::string directory;
  bool alive;
  std::vector<std::string> lease_lines;  ///< of a live one
};

/// Everything in tmp/. The caller holds the GcLock exclusively (or, just to look, shared).
std::vector<FoundSession> find_sessions(const StoreLayout& layout);
/// The directories in tmp/ that dead processes left. The caller holds the GcLock exclusively (or,
/// just to look, shared).
std::vector<std::string> find_leavings(const StoreLayout& layout);

}  // namespace lade
