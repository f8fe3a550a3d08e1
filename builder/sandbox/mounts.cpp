#include "builder/sandbox/mounts.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "libimage/base/file.h"

namespace lade::builder {
namespace {

[[noreturn]] void fail_mount(int error_number, const std::string& action) {
  if (error_number == EPERM) {
    fail(ErrorKind::denied,
         "{}: the kernel refuses (CAP_SYS_ADMIN is needed in the user namespace)", action);
  }
  fail_errno(error_number, action);
}

void add_attribute(int mount, std::uint64_t attribute, bool recursive, const char* action) {
  mount_attr attributes{};
  attributes.attr_set = attribute;
  const unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0U);
  if (::mount_setattr(mount, "", flags, &attributes, sizeof attributes) != 0) {
    fail_mount(errno, action);
  }
}

}  // namespace

DetachedMount make_bind(const std::string& source, bool recursive) {
  const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0U);
  DetachedMount mount(::open_tree(AT_FDCWD, source.c_str(), flags));
  if (!mount) fail_mount(errno, fmt::format("cannot bind-mount {}", source));
  return mount;
}

DetachedMount make_bind(int source, const std::string& name, bool recursive) {
  const unsigned flags =
      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0U);
  DetachedMount mount(::open_tree(source, "", flags));
  if (!mount) fail_mount(errno, fmt::format("cannot bind-mount {}", name));
  return mount;
}

DetachedMount make_filesystem(const char* type, const std::vector<MountOption>& options,
                              unsigned attributes) {
  const Fd context(::fsopen(type, FSOPEN_CLOEXEC));
  if (!context) fail_mount(errno, fmt::format("cannot mount a {}", type));
  for (const auto& [key, value] : options) {
    const int result = value.empty()
                           ? ::fsconfig(context.get(), FSCONFIG_SET_FLAG, key, nullptr, 0)
                           : ::fsconfig(context.get(), FSCONFIG_SET_STRING, key, value.c_str(), 0);
    if (result != 0)
      fail_mount(errno, fmt::format("cannot mount a {} with {}={}", type, key, value));
  }
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    fail_mount(errno, fmt::format("cannot mount a {}", type));
  }
  DetachedMount mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, attributes));
  if (!mount) fail_mount(errno, fmt::format("cannot mount a {}", type));
  return mount;
}

DetachedMount make_tmpfs(std::uint64_t size_bytes, unsigned mode) {
  std::vector<MountOption> options = {{"mode", fmt::format("{:o}", mode)}};
  if (size_bytes != 0) options.push_back({"size", std::to_string(size_bytes)});
  return make_filesystem("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

void set_read_only(int mount, bool recursive) {
  add_attribute(mount, MOUNT_ATTR_RDONLY, recursive, "cannot make a mount read-only");
}

void forbid_devices(int mount, bool recursive) {
  add_attribute(mount, MOUNT_ATTR_NODEV, recursive, "cannot mount without devices");
}

void attach(const DetachedMount& mount, const std::string& target) {
  if (::move_mount(mount.get(), "", AT_FDCWD, target.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    fail_mount(errno, fmt::format("cannot mount at {}", target));
  }
}

void attach(const DetachedMount& mount, int target, const std::string& name) {
  if (::move_mount(mount.get(), "", target, "",
                   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0) {
    fail_mount(errno, fmt::format("cannot mount at {}", name));
  }
}

void detach(const std::string& target) {
  if (::umount2(target.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) {
    fail_mount(errno, fmt::format("cannot unmount {}", target));
  }
}

void unshare_mounts() {
  if (::unshare(CLONE_NEWNS) != 0) fail_mount(errno, "cannot make a mount namespace");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    fail_mount(errno, "cannot make the mounts of a new namespace private");
  }
}

}  // namespace lade::builder
