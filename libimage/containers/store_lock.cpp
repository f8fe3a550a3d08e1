#include "libimage/containers/store_lock.h"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "libimage/base/error.h"

namespace lade {
namespace {

/// Writers hold the lock for moments.
constexpr std::chrono::milliseconds turn{10};

}  // namespace

std::optional<ContainersReadLock> ContainersReadLock::acquire(const std::string& path,
                                                              const CancelToken* cancel) {
  Fd file;
  try {
    file = open_fd(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
  struct flock range {};
  range.l_type = F_RDLCK;
  range.l_whence = SEEK_SET;
  // of the open file, not of the process: another reader in here cannot drop it by closing
  while (::fcntl(file.get(), F_OFD_SETLK, &range) != 0) {
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) fail_errno("cannot lock {}", path);
    require_going_on(cancel);
    std::this_thread::sleep_for(turn);
  }
  return ContainersReadLock(std::move(file));
}

}  // namespace lade
