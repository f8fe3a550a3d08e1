#include "libimage/base/openat2.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace lade {
namespace {

// at once first, then, since a busy machine may rename at every moment, after a pause
constexpr int quick_tries = 32;
constexpr int tries = 2000;
constexpr timespec pause_between{0, 500'000};

}  // namespace

int open_at2(int root, const char* path, open_how how) {
  how.flags |= O_CLOEXEC;
  for (int i = 0;; ++i) {
    const long number = ::syscall(SYS_openat2, root, path, &how, sizeof how);
    if (number >= 0) return static_cast<int>(number);
    if ((errno != EAGAIN && errno != EINTR) || i == tries) return -1;
    if (i >= quick_tries) ::nanosleep(&pause_between, nullptr);
  }
}

}  // namespace lade
