#include "libimage/store/session.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/guarded.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"
#include "libimage/store/gc_lock.h"
#include "libimage/store/listing.h"

// A directory in tmp/ is alive exactly while its file `lock` is locked; the kernel sees to that
// however the process ends, and in whichever pid namespace it runs. It is made under the shared
// GcLock and swept under the exclusive one, so nobody meets one that is not locked yet.
namespace lade {
namespace {

constexpr std::uint64_t lease_limit_bytes = 256U << 20U;

bool holds_work(const std::string& directory) {
  try {
    return list_directory(directory).size() > 1;
  } catch (const Error&) {
    return true;
  }
}

}  // namespace

void Session::start_locked() {
  if (started_) return;
  const auto held = GcLock::shared(layout_);
  TempDir directory(layout_.tmp(), "session");
  alive_ = FileLock::acquire(directory.path() + "/lock", FileLock::Mode::exclusive);
  lease_ = open_fd(directory.path() + "/lease", O_WRONLY | O_CREAT | O_APPEND, 0600);
  directory_ = directory.path();
  directory.release();
  started_ = true;
}

Session::~Session() {
  if (!started_) return;
  ::unlink((directory_ + "/lease").c_str());
  if (!holds_work(directory_)) {
    ::unlink((directory_ + "/lock").c_str());
    ::rmdir(directory_.c_str());
    return;
  }
  // somebody still works in a directory of this session: it lives as long as the process
  static Guarded<std::vector<FileLock>> kept;
  kept.with([&](auto& locks) { locks.push_back(std::move(*alive_)); });
}

std::string Session::new_path(std::string_view prefix) {
  const std::lock_guard lock(mutex_);
  start_locked();
  return fmt::format("{}/{}-{}", directory_, prefix, next_++);
}

void Session::hold() {
  const std::lock_guard lock(mutex_);
  start_locked();
  ++holds_;
}

void Session::drop_hold() {
  const std::lock_guard lock(mutex_);
  if (--holds_ > 0) return;
  lines_.clear();
  // should this fail, what was used stays until the process ends
  if (::ftruncate(lease_.get(), 0) != 0) return;
}

void Session::protect(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (holds_ == 0 || lines_.contains(line)) return;
  const auto held = GcLock::shared(layout_);
  try {
    write_full(lease_.get(), as_bytes(line + "\n"));
  } catch (Error& error) {
    error.add_context(fmt::format("cannot extend the lease on {}", line));
    throw;
  }
  lines_.insert(line);
}

std::vector<FoundSession> find_sessions(const StoreLayout& layout) {
  std::vector<FoundSession> found;
  for (const std::string& name : list_directory(layout.tmp())) {
    if (layout.tmp() + "/" + name == layout.partials()) continue;
    FoundSession session{layout.tmp() + "/" + name, false, {}};
    const std::string lock = session.directory + "/lock";
    try {
      session.alive = file_exists(lock) && !FileLock::try_acquire(lock, FileLock::Mode::exclusive);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
      continue;  // it ended just now, and took its directory with it
    }
    if (session.alive) {
      const auto lease = find_file(session.directory + "/lease", lease_limit_bytes);
      session.lease_lines = split(lease.value_or(""), '\n');
    }
    found.push_back(std::move(session));
  }
  return found;
}

std::vector<std::string> find_leavings(const StoreLayout& layout) {
  std::vector<std::string> found;
  for (const FoundSession& session : find_sessions(layout)) {
    if (!session.alive) found.push_back(session.directory);
  }
  return found;
}

}  // namespace lade
