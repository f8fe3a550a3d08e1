// An overlay is configured by the calls that take one lower directory at a time (Linux 6.5) or,
// before, by mount(2), whose options must fit in a page. Both would limit paths: 255 bytes in the
// one, 4096 for all in the other. So directories are opened first and named by their descriptors:
// as /proc/self/fd/N, or, from inside that folder, as bare numbers, of which a page holds the five
// hundred that the kernel stacks at most.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <exception>
#include <thread>

#include "builder/sandbox/mounts.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

constexpr std::size_t largest_stack = 500;
constexpr std::size_t page_bytes = 4096;

/// The directories of a spec, opened.
struct OpenLayers {
  std::vector<Fd> lowers;
  Fd upper;
  Fd work;
};

OpenLayers open_layers(const OverlaySpec& spec) {
  OpenLayers layers;
  const int flags = O_PATH | O_DIRECTORY;
  for (const std::string& lower : spec.lowers) layers.lowers.push_back(open_fd(lower, flags));
  if (!spec.upper.empty()) {
    layers.upper = open_fd(spec.upper, flags);
    layers.work = open_fd(spec.work, flags);
  }
  return layers;
}

std::string link_of(const Fd& directory) {
  return fmt::format("/proc/self/fd/{}", directory.get());
}

/// What the kernel wrote about a failed configuration, as ": text", or nothing.
std::string kernel_log(int context) {
  char line[512];
  const ssize_t got = ::read(context, line, sizeof line);
  if (got <= 2) return "";
  // a letter for the severity and a blank come first
  const std::string_view text(line, static_cast<std::size_t>(got));
  return fmt::format(": {}", trim(text.substr(2)));
}

class Configuration {
 public:
  explicit Configuration(int context) : context_(context) {}

  void set(const char* key, const std::string& value) {
    if (ok_ && ::fsconfig(context_, FSCONFIG_SET_STRING, key, value.c_str(), 0) != 0) note();
  }
  void set(const char* flag) {
    if (ok_ && ::fsconfig(context_, FSCONFIG_SET_FLAG, flag, nullptr, 0) != 0) note();
  }
  void create() {
    if (ok_ && ::fsconfig(context_, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) note();
  }
  bool ok() const { return ok_; }
  int error() const { return error_; }

 private:
  void note() {
    error_ = errno;
    ok_ = false;
  }

  int context_;
  bool ok_ = true;
  int error_ = 0;
};

/// Nothing if the kernel does not know "lowerdir+".
DetachedMount configure(const OverlaySpec& spec, const OpenLayers& layers) {
  const Fd context(::fsopen("overlay", FSOPEN_CLOEXEC));
  if (!context) fail_errno("cannot mount an overlay");
  Configuration configuration(context.get());
  for (std::size_t i = 0; i < layers.lowers.size(); ++i) {
    configuration.set("lowerdir+", link_of(layers.lowers[i]));
    if (i == 0 && !configuration.ok() && configuration.error() == EINVAL) return {};
  }
  if (layers.upper) {
    configuration.set("upperdir", link_of(layers.upper));
    configuration.set("workdir", link_of(layers.work));
    if (!spec.durable) configuration.set("volatile");
  }
  configuration.set("userxattr");
  configuration.create();
  DetachedMount mount(configuration.ok() ? ::fsmount(context.get(), FSMOUNT_CLOEXEC, 0) : -1);
  if (!mount) {
    const int error_number = configuration.ok() ? errno : configuration.error();
    const std::string action =
        fmt::format("cannot mount an overlay of {} lower directories from {}{}", spec.lowers.size(),
                    spec.lowers[0], kernel_log(context.get()));
    fail_errno(error_number, action);
  }
  return mount;
}

/// The options of mount(2), for a process in /proc/self/fd.
std::string classic_options(const OverlaySpec& spec, const OpenLayers& layers) {
  std::string options = "userxattr,lowerdir=";
  for (std::size_t i = 0; i < layers.lowers.size(); ++i) {
    options += fmt::format("{}{}", i == 0 ? "" : ":", layers.lowers[i].get());
  }
  if (layers.upper) {
    options += fmt::format(",upperdir={},workdir={}", layers.upper.get(), layers.work.get());
    if (!spec.durable) options += ",volatile";
  }
  if (options.size() >= page_bytes) {
    fail(ErrorKind::invalid,
         "cannot mount an overlay of {} lower directories: this kernel takes {} bytes of options, "
         "they need {}",
         spec.lowers.size(), page_bytes, options.size() + 1);
  }
  return options;
}

/// mount(2) attaches what it mounts, so it runs on a thread with a working directory and a mount
/// namespace of its own, from which a detached copy is handed back.
DetachedMount mount_classic(const OverlaySpec& spec) {
  DetachedMount mount;
  std::exception_ptr error;
  std::thread([&] {
    try {
      unshare_mounts();
      // opened here: the kernel takes layers of the caller's own mount namespace only
      const OpenLayers layers = open_layers(spec);
      const std::string options = classic_options(spec, layers);
      const std::string& target = spec.lowers[0];
      const Fd target_fd = open_fd(target, O_PATH | O_DIRECTORY);
      const Fd start = open_fd(".", O_PATH | O_DIRECTORY);
      if (::chdir("/proc/self/fd") != 0) fail_errno("cannot enter /proc/self/fd");
      const std::string number = std::to_string(target_fd.get());
      if (::mount("overlay", number.c_str(), "overlay", 0, options.c_str()) != 0) {
        fail_errno("cannot mount an overlay of {} lower directories from {}", spec.lowers.size(),
                   target);
      }
      // the descriptor is of what lies below the new mount; the path leads to its top
      if (::fchdir(start.get()) != 0) fail_errno("cannot leave /proc/self/fd");
      mount = make_bind(target, false);
    } catch (...) {
      error = std::current_exception();
    }
  }).join();
  if (error) std::rethrow_exception(error);
  return mount;
}

void require_sane(const OverlaySpec& spec) {
  if (spec.lowers.empty()) fail(ErrorKind::invalid, "an overlay needs a lower directory");
  if (spec.lowers.size() > largest_stack) {
    fail(ErrorKind::invalid, "cannot mount an overlay of {} lower directories: the kernel takes {}",
         spec.lowers.size(), largest_stack);
  }
  if (spec.upper.empty() != spec.work.empty()) {
    fail(ErrorKind::invalid, "an overlay needs an upper and a work directory together");
  }
}

}  // namespace

DetachedMount make_overlay(const OverlaySpec& spec, OverlayMethod method) {
  require_sane(spec);
  if (spec.lowers.size() == 1 && spec.upper.empty()) {
    DetachedMount mount = make_bind(spec.lowers[0], false);
    forbid_devices(mount.get(), false);
    set_read_only(mount.get(), false);
    return mount;
  }
  if (!spec.upper.empty()) {
    // left by a volatile mount; the kernel would refuse the directory for good
    remove_tree(join_path(spec.work, "work/incompat"));
  }
  DetachedMount mount;
  if (method == OverlayMethod::automatic) mount = configure(spec, open_layers(spec));
  if (!mount) mount = mount_classic(spec);
  forbid_devices(mount.get(), false);
  return mount;
}

}  // namespace lade::builder
