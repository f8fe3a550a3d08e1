#include "libimage/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace lade {
namespace {

Fd open_lock_file(const std::string& path, FileLock::Mode mode) {
  try {
    return open_fd(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0644);
  } catch (const Error& error) {
    // a reader of somebody else's directory can still hold a shared lock
    if (error.kind() != ErrorKind::denied || mode == FileLock::Mode::exclusive) throw;
    return open_fd(path, O_RDONLY | O_NOFOLLOW);
  }
}

bool lock(const Fd& file, int operation, const std::string& path) {
  while (::flock(file.get(), operation) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) fail_errno("cannot lock {}", path);
  }
  return true;
}

int operation_of(FileLock::Mode mode) { return mode == FileLock::Mode::shared ? LOCK_SH : LOCK_EX; }

}  // namespace

FileLock FileLock::acquire(const std::string& path, Mode mode) {
  Fd file = open_lock_file(path, mode);
  lock(file, operation_of(mode), path);
  return FileLock(std::move(file));
}

std::optional<FileLock> FileLock::try_acquire(const std::string& path, Mode mode) {
  Fd file = open_lock_file(path, mode);
  if (!lock(file, operation_of(mode) | LOCK_NB, path)) return std::nullopt;
  return FileLock(std::move(file));
}

}  // namespace lade
