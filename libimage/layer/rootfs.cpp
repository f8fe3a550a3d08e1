#include "libimage/layer/rootfs.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "libimage/base/error.h"
#include "libimage/base/openat2.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

int open_in_root(int root, const std::string& path, int flags, unsigned mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(static_cast<unsigned>(flags));
  if ((flags & (O_CREAT | __O_TMPFILE)) != 0) how.mode = mode;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return open_at2(root, path.empty() ? "." : path.c_str(), how);
}

}  // namespace

Rootfs::Rootfs(const std::string& directory)
    : directory_(directory), root_(open_fd(directory, O_PATH | O_DIRECTORY)) {}

Fd Rootfs::open(std::string_view path, int flags, unsigned mode) const {
  if (path.find('\0') != std::string_view::npos) {
    fail(ErrorKind::invalid, "cannot open {}: NUL byte in the path", printable(path));
  }
  const int number = open_in_root(root_.get(), std::string(path), flags, mode);
  if (number < 0) {
    fail_errno("cannot {} {} in {}", (flags & O_CREAT) != 0 ? "create" : "open", printable(path),
               directory_);
  }
  return Fd(number);
}

Fd Rootfs::open_parent(std::string_view path) const {
  const auto end = path.find_last_not_of('/');
  const auto slash = end == std::string_view::npos ? end : path.rfind('/', end);
  const std::string_view parent =
      slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  return open(parent, O_PATH | O_DIRECTORY);
}

bool Rootfs::exists(std::string_view path) const {
  if (path.find('\0') != std::string_view::npos) return false;
  const Fd found(open_in_root(root_.get(), std::string(path), O_PATH, 0));
  if (found) return true;
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return false;
  fail_errno("cannot look for {} in {}", printable(path), directory_);
}

}  // namespace lade
