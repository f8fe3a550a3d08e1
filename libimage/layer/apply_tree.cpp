#include "libimage/layer/apply_tree.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/openat2.h"
#include "libimage/base/text.h"
#include "libimage/layer/directory_list.h"

namespace lade {
namespace {

/// Deeper trees would need more descriptors than a process has when they are removed again.
constexpr std::ptrdiff_t depth_limit = 512;

/// openat2 below `root` through real directories only; -1 with errno.
int open_real(int root, const std::string& directory, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(static_cast<unsigned>(flags | O_DIRECTORY));
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return open_at2(root, directory.empty() ? "." : directory.c_str(), how);
}

/// As above, for reading; a directory of the caller's that is closed to its owner is opened first.
int open_for_change(int root, const std::string& directory) {
  const int number = open_real(root, directory, O_RDONLY);
  if (number >= 0 || errno != EACCES) return number;
  const Fd closed(open_real(root, directory, O_PATH));
  if (!closed) return -1;
  if (::chmod(fmt::format("/proc/self/fd/{}", closed.get()).c_str(), 0700) != 0) return -1;
  return open_real(root, directory, O_RDONLY);
}

bool is_in_the_way(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP;
}

}  // namespace

ApplyTree::ApplyTree(const Rootfs& root) : root_(root) {}

Fd ApplyTree::open(const std::string& directory) const {
  const int number = open_for_change(root_.fd(), directory);
  if (number < 0) fail_errno("cannot open the directory {}", printable(directory));
  return Fd(number);
}

int ApplyTree::enter(const std::string& directory) {
  if (entered_ && entered_path_ == directory) return entered_.get();
  entered_.reset(open_for_change(root_.fd(), directory));
  if (!entered_) {
    if (!is_in_the_way(errno)) fail_errno("cannot open the directory {}", printable(directory));
    entered_ = make_way(directory);
  }
  entered_path_ = directory;
  struct stat status {};
  if (::fstat(entered_.get(), &status) != 0) fail_errno("cannot inspect {}", printable(directory));
  entered_mode_ = status.st_mode;
  touched_.try_emplace(directory,
                       Touched{Touched::Kind::kept, status.st_mode & 07777, status.st_mtim});
  // only their owner may lack these rights; the caller who has the right anyway loses nothing
  if ((status.st_mode & S_IRWXU) != S_IRWXU) {
    ::fchmod(entered_.get(), (status.st_mode & 07777) | S_IRWXU);
  }
  return entered_.get();
}

/// Makes the missing directories of a path, in place of what is none.
Fd ApplyTree::make_way(const std::string& directory) {
  if (std::count(directory.begin(), directory.end(), '/') >= depth_limit) {
    fail(ErrorKind::invalid, "{}… is nested more than {} directories deep",
         printable(std::string_view(directory).substr(0, 64)), depth_limit);
  }
  // the way down is short and rarely missing: recursion is the simple form
  const std::string name = name_of(directory);
  const std::string parent(parent_path(directory));
  enter(parent);
  if (::mkdirat(entered_.get(), name.c_str(), 0700) != 0) {
    if (errno != EEXIST) fail_errno("cannot make the directory {}", printable(directory));
    struct stat status {};
    if (::fstatat(entered_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      fail_errno("cannot inspect {}", printable(directory));
    }
    if (!S_ISDIR(status.st_mode)) {
      remove(directory);
      enter(parent);
      if (::mkdirat(entered_.get(), name.c_str(), 0700) != 0) {
        fail_errno("cannot make the directory {}", printable(directory));
      }
    }
  }
  touched_.insert_or_assign(directory, Touched{Touched::Kind::implied, 0, {}});
  return open(directory);
}

std::optional<mode_t> ApplyTree::type_of(const std::string& path) {
  struct stat status {};
  if (::fstatat(enter_parent(path), name_of(path), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    return status.st_mode & S_IFMT;
  }
  if (errno == ENOENT) return std::nullopt;
  fail_errno("cannot inspect {}", printable(path));
}

void ApplyTree::remake(const std::string& path, const char* action, const TryMake& try_make) {
  if (errno == EEXIST) {
    remove(path);
    if (try_make(enter_parent(path), name_of(path))) return;
  }
  fail_errno("cannot {} {}", action, printable(path));
}

void ApplyTree::make_directory(const std::string& path) {
  if (path.empty()) {
    enter(path);
    return;
  }
  if (std::count(path.begin(), path.end(), '/') >= depth_limit) {
    fail(ErrorKind::invalid, "{}… is nested more than {} directories deep",
         printable(std::string_view(path).substr(0, 64)), depth_limit);
  }
  if (::mkdirat(enter_parent(path), name_of(path), 0700) == 0) {
    touched_.insert_or_assign(path, Touched{Touched::Kind::implied, 0, {}});
    return;
  }
  if (errno != EEXIST) fail_errno("cannot make the directory {}", printable(path));
  enter(path);
}

void ApplyTree::forget(const std::string& path) {
  const auto first = touched_.lower_bound(path);
  auto last = first;
  while (last != touched_.end() && (last->first == path || is_below(last->first, path))) ++last;
  touched_.erase(first, last);
}

void ApplyTree::remove(const std::string& path) {
  const int directory = enter_parent(path);
  if (::unlinkat(directory, name_of(path), 0) == 0 || errno == ENOENT) return;
  remove_tree_at(directory, name_of(path));
  forget(path);
}

void ApplyTree::remove_others(const std::string& directory, const LayerNodes& nodes) {
  enter(directory);
  for (const auto& [name, _] : list_directory(entered_.get(), directory)) {
    const std::string path = directory.empty() ? name : directory + "/" + name;
    const LayerNode* node = nodes.find_present(path);
    if (node == nullptr) {
      remove(path);
    } else if (node->type == EntryType::directory) {
      if (node->implied) set_implied(path);
      remove_others(path, nodes);
    }
    enter(directory);
  }
}

void ApplyTree::set_implied(const std::string& directory) {
  enter(directory);
  touched_.insert_or_assign(directory, Touched{Touched::Kind::implied, 0, {}});
}

}  // namespace lade
