// Order matters. Sources of the host are opened first, while nothing of ours covers anything. Then
// a small tmpfs, the scratch, is put over a directory known to exist, a layer's; the root is
// attached inside it, and it holds the files whose content comes from memory. The container never
// sees it: it goes with the old root.
#include "builder/sandbox/container_root.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "builder/sandbox/network_files.h"
#include "libimage/base/file.h"

namespace lade::builder {
namespace {

using Kind = MountTargets::Kind;

constexpr std::array<const char*, 6> devices = {"null", "zero", "full", "random", "urandom", "tty"};
constexpr std::array<std::pair<const char*, const char*>, 5> device_links = {{
    {"fd", "/proc/self/fd"},
    {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"},
    {"stderr", "/proc/self/fd/2"},
    {"ptmx", "pts/ptmx"},
}};
constexpr std::uint64_t device_tmpfs_bytes = 64 << 10;
constexpr unsigned terminal_gid = 5;  // as every distribution numbers "tty"

mode_t type_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) fail_errno("cannot stat what is to be mounted");
  return status.st_mode & S_IFMT;
}

void attach_at(const DetachedMount& mount, MountTargets& targets, const std::string& target) {
  const Kind kind = type_of(mount.get()) == S_IFDIR ? Kind::directory : Kind::file;
  attach(mount, targets.open(target, kind).get(), target);
}

/// What `path` names below `root`, from which no link leads out.
Fd open_below(const Fd& root, const std::string& path, const std::string& source) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  Fd found(static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
  if (!found) fail_errno("cannot mount {} of {}", path, source);
  return found;
}

void make_cache_directory(const std::string& path, const Ownership& owner) {
  if (file_exists(path)) return;
  make_directories(path);
  if (::chown(path.c_str(), owner.uid, owner.gid) != 0 && errno != EINVAL) {
    fail_errno("cannot give the cache directory {} to {}:{}", path, owner.uid, owner.gid);
  }
  if (::chmod(path.c_str(), owner.mode) != 0) fail_errno("cannot set the mode of {}", path);
}

DetachedMount open_bind(const BindMount& bind) {
  if (bind.create) make_cache_directory(bind.source, *bind.create);
  DetachedMount mount;
  if (bind.sub_path.empty()) {
    mount = make_bind(bind.source, bind.recursive);
  } else {
    const Fd source = open_fd(bind.source, O_PATH | O_DIRECTORY);
    mount = make_bind(open_below(source, bind.sub_path, bind.source).get(), bind.source,
                      bind.recursive);
  }
  forbid_devices(mount.get(), bind.recursive);
  if (bind.read_only) set_read_only(mount.get(), bind.recursive);
  return mount;
}

/// The tmpfs below which a container is put together.
class Scratch {
 public:
  Scratch(const std::string& place, std::uint64_t content_bytes)
      : mount_(make_tmpfs(content_bytes + (1 << 20), 0700)) {
    attach(mount_, place);
  }

  /// A new directory in it.
  Fd directory() {
    const std::string name = std::to_string(count_++);
    if (::mkdirat(mount_.get(), name.c_str(), 0755) != 0) fail_errno("cannot use a tmpfs");
    return open_fd_at(mount_.get(), name, O_PATH | O_DIRECTORY);
  }

  /// A mount of a new file.
  DetachedMount file(std::string_view content, const Ownership& owner) {
    const std::string name = std::to_string(count_++);
    const Fd file = open_fd_at(mount_.get(), name, O_RDWR | O_CREAT | O_EXCL, 0600);
    write_full(file.get(), as_bytes(content));
    if (::fchown(file.get(), owner.uid, owner.gid) != 0 && errno != EINVAL) {
      fail_errno("cannot give a file to {}:{}", owner.uid, owner.gid);
    }
    if (::fchmod(file.get(), owner.mode) != 0) fail_errno("cannot set the mode of a file");
    return make_bind(open_fd_at(mount_.get(), name, O_PATH).get(), "a file in memory", false);
  }

 private:
  DetachedMount mount_;
  unsigned count_ = 0;
};

std::uint64_t content_bytes(const RunSpec& spec, const HostFiles& host) {
  std::uint64_t total = host.hosts.size() + host.resolv_conf.size();
  for (const Mount& mount : spec.mounts) {
    if (const auto* content = std::get_if<ContentMount>(&mount)) {
      total += content->content.size() + 4096;
    }
  }
  return total;
}

/// Devices are shown, not made: no mount that the container can write to allows any.
void add_device(const char* name, MountTargets& targets) {
  const std::string path = fmt::format("/dev/{}", name);
  attach(make_bind(path, false), targets.open(path, Kind::file).get(), path);
}

void lay_out_dev(const RunSpec& spec, MountTargets& targets, bool terminal_group) {
  DetachedMount dev =
      make_filesystem("tmpfs", {{"mode", "0755"}, {"size", std::to_string(device_tmpfs_bytes)}},
                      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV);
  attach(dev, targets.open_plain("/dev", Kind::directory).get(), "/dev");
  for (const char* device : devices) add_device(device, targets);
  for (const auto& [name, target] : device_links) {
    if (::symlinkat(target, dev.get(), name) != 0) fail_errno("cannot make the link /dev/{}", name);
  }
  std::vector<MountOption> options = {{"newinstance", ""}, {"ptmxmode", "0666"}, {"mode", "0620"}};
  if (terminal_group) options.push_back({"gid", std::to_string(terminal_gid)});
  const unsigned plain = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
  attach_at(make_filesystem("devpts", options, plain), targets, "/dev/pts");
  targets.open("/dev/mqueue", Kind::directory);
  attach_at(
      make_filesystem("tmpfs", {{"mode", "1777"}, {"size", std::to_string(spec.shm_size_bytes)}},
                      plain | MOUNT_ATTR_NODEV),
      targets, "/dev/shm");
}

class Layout {
 public:
  Layout(const RunSpec& spec, MountTargets& targets, Scratch& scratch)
      : spec_(spec), targets_(targets), scratch_(scratch) {}

  void network_files(const HostFiles& host) {
    const Ownership owner{0, 0, 0644};
    attach_at(scratch_.file(hosts_file(spec_, host.hosts), owner), targets_, "/etc/hosts");
    if (!spec_.dns.manage) return;
    attach_at(scratch_.file(resolv_conf(spec_, host.resolv_conf), owner), targets_,
              "/etc/resolv.conf");
  }

  /// `opened` is what was opened on the host for it, if anything was.
  void add(const Mount& mount, const DetachedMount& opened) {
    if (const auto* bind = std::get_if<BindMount>(&mount)) {
      attach_at(opened, targets_, bind->target);
    } else if (const auto* overlay = std::get_if<OverlayMount>(&mount)) {
      add_overlay(*overlay, opened);
    } else if (const auto* tmpfs = std::get_if<TmpfsMount>(&mount)) {
      attach_at(make_tmpfs(tmpfs->size_bytes, tmpfs->mode), targets_, tmpfs->target);
    } else if (const auto* content = std::get_if<ContentMount>(&mount)) {
      const DetachedMount file = scratch_.file(content->content, content->owner);
      if (content->read_only) set_read_only(file.get(), false);
      attach_at(file, targets_, content->target);
    }
  }

 private:
  void add_overlay(const OverlayMount& overlay, const DetachedMount& opened) {
    if (overlay.sub_path.empty()) {
      attach_at(opened, targets_, overlay.target);
      return;
    }
    // a part can only be cut from what is attached somewhere
    attach(opened, scratch_.directory().get(), "a scratch directory");
    const Fd part = open_below(opened, overlay.sub_path, "an image");
    const DetachedMount mount = make_bind(part.get(), overlay.sub_path, false);
    if (overlay.read_only) set_read_only(mount.get(), false);
    attach_at(mount, targets_, overlay.target);
  }

  const RunSpec& spec_;
  MountTargets& targets_;
  Scratch& scratch_;
};

PendingMounts find_pending(int root, MountTargets& targets) {
  PendingMounts pending;
  pending.root = duplicate(root);
  pending.proc = targets.open_plain("/proc", Kind::directory);
  pending.sys = targets.open_plain("/sys", Kind::directory);
  pending.mqueue = targets.open("/dev/mqueue", Kind::directory);
  return pending;
}

/// A second, read-only view of the whole tree; the first stays writable, for the mount points made
/// in it to be removed.
PendingMounts read_only_view(const DetachedMount& root, Scratch& scratch) {
  const DetachedMount view = make_bind(root.get(), "the container's root", true);
  set_read_only(view.get(), false);
  attach(view, scratch.directory().get(), "the container's root");
  MountTargets targets(view.get(), "");
  return find_pending(view.get(), targets);
}

DetachedMount open_source(const Mount& mount) {
  if (const auto* bind = std::get_if<BindMount>(&mount)) return open_bind(*bind);
  if (const auto* overlay = std::get_if<OverlayMount>(&mount)) {
    DetachedMount opened = make_overlay(overlay->overlay);
    if (overlay->read_only) set_read_only(opened.get(), false);
    return opened;
  }
  return {};
}

}  // namespace

PendingMounts lay_out_root(const RunSpec& spec, const DetachedMount& root, MountTargets& targets,
                           const HostFiles& host, bool terminal_group) {
  std::vector<DetachedMount> opened;
  opened.reserve(spec.mounts.size());
  for (const Mount& mount : spec.mounts) opened.push_back(open_source(mount));
  Scratch scratch(spec.root.overlay.lowers[0], content_bytes(spec, host));
  attach(root, scratch.directory().get(), "the container's root");
  targets.open_plain("/proc", Kind::directory);
  targets.open_plain("/sys", Kind::directory);
  lay_out_dev(spec, targets, terminal_group);
  Layout layout(spec, targets, scratch);
  layout.network_files(host);
  for (std::size_t i = 0; i < spec.mounts.size(); ++i) layout.add(spec.mounts[i], opened[i]);
  return spec.root.read_only ? read_only_view(root, scratch) : find_pending(root.get(), targets);
}

}  // namespace lade::builder
