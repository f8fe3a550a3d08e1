// The kernel resolves a path inside a root by openat2(RESOLVE_IN_ROOT), but cannot create what is
// missing on the way, and a link that dangles looks to it like nothing at all. So only when it
// finds nothing the path is walked here, one component at a time and never following anything:
// links are read and their words put in front of the rest, ".." goes back on a stack that ends at
// the root.
//
// A mount point made in an overlay leaves three traces in the upper directory: itself, a new
// modification time of its directory, and copies of the directories above it. All three are undone,
// each only if the container has not touched it since.
#include "builder/sandbox/mount_target.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <deque>

#include "libimage/base/file.h"
#include "libimage/base/openat2.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

constexpr int link_limit = 40;

Fd open_in_root(int root, const std::string& path, bool follow) {
  open_how how{};
  how.flags = O_PATH;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  if (!follow) how.resolve |= RESOLVE_NO_SYMLINKS;
  return Fd(open_at2(root, path.c_str(), how));
}

struct stat stat_of(int descriptor, const std::string& name) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) fail_errno("cannot stat {}", name);
  return status;
}

std::string read_link(int link, const std::string& name) {
  char text[4096];
  const ssize_t got = ::readlinkat(link, "", text, sizeof text);
  if (got < 0) fail_errno("cannot read the link {}", name);
  return {text, static_cast<std::size_t>(got)};
}

bool same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool same_owner(const struct stat& a, const struct stat& b) {
  return a.st_mode == b.st_mode && a.st_uid == b.st_uid && a.st_gid == b.st_gid;
}

bool is_kind(mode_t mode, MountTargets::Kind kind) {
  return S_ISDIR(mode) == (kind == MountTargets::Kind::directory);
}

bool is_mounted(int parent, const std::string& name) {
  struct statx status {};
  return ::statx(parent, name.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) == 0 &&
         (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// The mounts of a container go with its namespace, which the kernel takes down a moment after the
/// last thread in it was waited for. Until then a mount point looks like what is mounted there.
void await_unmounted(int parent, const std::string& name) noexcept {
  constexpr int tries = 2000;
  constexpr timespec pause{0, 500'000};
  for (int i = 0; i < tries && is_mounted(parent, name); ++i) ::nanosleep(&pause, nullptr);
}

/// Whether a directory of the upper layer has attributes that are not the overlay's own.
bool has_attributes(const std::string& path) {
  char buffer[4096];
  const ssize_t size = ::llistxattr(path.c_str(), buffer, sizeof buffer);
  if (size < 0) return true;
  for (const std::string& name : split({buffer, static_cast<std::size_t>(size)}, '\0')) {
    const bool own = name.starts_with("user.overlay.") || name.starts_with("trusted.overlay.");
    if (!name.empty() && !own) return true;
  }
  return false;
}

}  // namespace

Fd MountTargets::open(const std::string& path, Kind kind) { return walk(path, kind, true); }

Fd MountTargets::open_plain(const std::string& path, Kind kind) { return walk(path, kind, false); }

Fd MountTargets::walk(const std::string& path, Kind kind, bool follow) {
  if (!path.starts_with('/')) {
    fail(ErrorKind::invalid, "the mount target \"{}\" must be an absolute path", printable(path));
  }
  Fd direct = open_in_root(root_, path, follow);
  if (!direct && errno != ENOENT) fail_errno("cannot mount at {} in the container", path);
  std::vector<Fd> stack;
  std::vector<std::string> places = {""};  // of each of the stack, relative to the root
  stack.push_back(duplicate(root_));
  std::deque<std::string> rest;
  if (!direct) {
    for (std::string& word : split(path, '/')) rest.push_back(std::move(word));
    std::erase(rest, "");
  }
  for (int links = 0; !rest.empty();) {
    const std::string word = rest.front();
    rest.pop_front();
    if (word == ".") continue;
    if (word == "..") {
      if (stack.size() > 1) stack.pop_back(), places.pop_back();
      continue;
    }
    Fd next(::openat(stack.back().get(), word.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next && errno == ENOENT) {
      next = create(stack, places.back(), word, !rest.empty() || kind == Kind::directory);
    }
    if (!next) fail_errno("cannot mount at {} in the container", path);
    if (S_ISLNK(stat_of(next.get(), path).st_mode)) {
      if (!follow || ++links > link_limit) {
        fail_errno(ELOOP, fmt::format("cannot mount at {} in the container", path));
      }
      const std::string link = read_link(next.get(), path);
      if (link.starts_with('/')) stack.resize(1), places.resize(1);
      std::vector<std::string> words = split(link, '/');
      std::erase(words, "");
      rest.insert(rest.begin(), words.begin(), words.end());
      continue;
    }
    places.push_back(places.back() + "/" + word);
    stack.push_back(std::move(next));
  }
  Fd found = direct ? std::move(direct) : std::move(stack.back());
  if (!is_kind(stat_of(found.get(), path).st_mode, kind)) {
    fail(ErrorKind::conflict, "cannot mount a {} at {}: the image has something else there",
         kind == Kind::directory ? "directory" : "file", path);
  }
  return found;
}

Fd MountTargets::create(const std::vector<Fd>& stack, const std::string& place,
                        const std::string& name, bool directory) {
  // an O_PATH descriptor cannot be given times, hence a real one
  Fd parent = open_fd_at(stack.back().get(), ".", O_RDONLY | O_DIRECTORY);
  const std::string full = place + "/" + name;
  const struct stat before = stat_of(parent.get(), full);
  note_copy_up(place);
  if (directory) {
    if (::mkdirat(parent.get(), name.c_str(), 0755) != 0) {
      fail_errno("cannot make the mount point {} in the container", full);
    }
  } else if (const Fd file(::openat(parent.get(), name.c_str(),
                                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
             !file) {
    fail_errno("cannot make the mount point {} in the container", full);
  }
  Fd made = open_fd_at(parent.get(), name, O_PATH | O_NOFOLLOW);
  const struct stat after = stat_of(parent.get(), full);
  const struct stat entry = stat_of(made.get(), full);
  created_.push_back({std::move(parent), name, entry, before, after});
  return made;
}

void MountTargets::note_copy_up(const std::string& place) {
  if (upper_.empty()) return;
  // the innermost last, so that removal from the back finds directories empty
  for (std::size_t at = 0; at != std::string::npos && !place.empty();) {
    at = place.find('/', at + 1);
    const std::string part = place.substr(0, at);
    struct stat status {};
    const std::string path = upper_ + part;
    const Fd directory = open_in_root(root_, part, false);
    if (!directory || ::lstat(path.c_str(), &status) == 0) continue;
    copied_up_.push_back({path, stat_of(directory.get(), part)});
  }
}

void MountTargets::remove(const Created& created) noexcept {
  const int parent = created.parent.get();
  struct stat now {};
  struct stat parent_now {};
  await_unmounted(parent, created.name);
  if (::fstat(parent, &parent_now) != 0) return;
  if (::fstatat(parent, created.name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) return;
  const bool directory = S_ISDIR(created.made.st_mode);
  const bool touched = now.st_ino != created.made.st_ino || !same_owner(now, created.made) ||
                       (!directory && now.st_size != 0);
  if (touched) return;
  if (::unlinkat(parent, created.name.c_str(), directory ? AT_REMOVEDIR : 0) != 0) return;
  if (!same_time(parent_now.st_mtim, created.parent_after.st_mtim)) return;
  const timespec times[2] = {created.parent_before.st_atim, created.parent_before.st_mtim};
  ::futimens(parent, times);
}

void MountTargets::remove(const CopiedUp& copy) noexcept {
  struct stat now {};
  if (::lstat(copy.path.c_str(), &now) != 0 || !S_ISDIR(now.st_mode)) return;
  if (!same_owner(now, copy.before) || !same_time(now.st_mtim, copy.before.st_mtim)) return;
  if (has_attributes(copy.path)) return;
  const std::string parent = copy.path.substr(0, copy.path.rfind('/'));
  struct stat parent_now {};
  if (::lstat(parent.c_str(), &parent_now) != 0 || ::rmdir(copy.path.c_str()) != 0) return;
  const timespec times[2] = {parent_now.st_atim, parent_now.st_mtim};
  ::utimensat(AT_FDCWD, parent.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

void MountTargets::remove_created() noexcept {
  for (auto created = created_.rbegin(); created != created_.rend(); ++created) remove(*created);
  created_.clear();
  for (auto copy = copied_up_.rbegin(); copy != copied_up_.rend(); ++copy) remove(*copy);
  copied_up_.clear();
}

}  // namespace lade::builder
