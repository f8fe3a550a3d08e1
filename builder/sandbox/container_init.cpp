// This code runs between clone and exec in a copy of a process that may have had many threads, of
// which only the cloned one exists here: locks may be held for ever, so nothing is allocated,
// locked or thrown; system calls only.
//
// pid 1 stays a copy of Lade for the life of the container. It holds no descriptor but the report
// pipe, is not dumpable, and its memory belongs to the outer user namespace, so that no process of
// the container can read it. Two things end a container: pid 1 ending, after which the kernel kills
// all of the pid namespace; and the death of the runner's thread, for which pid 1 is given SIGKILL.
// The second is requested after the clone, so pid 1 then looks once whether it came too late.
#include "builder/sandbox/container_init.h"

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace lade::builder {
namespace {

constexpr int setup_failed = 125;

constexpr std::array masked_paths = {
    "/proc/acpi",          "/proc/kcore",       "/proc/keys",
    "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
    "/proc/timer_list",    "/proc/timer_stats", "/sys/devices/virtual/powercap",
    "/sys/firmware"};

constexpr std::array read_only_paths = {"/proc/asound", "/proc/bus", "/proc/fs",
                                        "/proc/irq",    "/proc/sys", "/proc/sysrq-trigger"};

void arrange_descriptors(const ContainerPlan& plan) {
  for (int number = 0; number < 3; ++number) {
    require(plan, ::dup2(plan.standard_fds[number], number) == number, Stage::standard_fds);
  }
  unsigned next = 3;
  for (const int kept : plan.kept) {
    const auto number = static_cast<unsigned>(kept);
    if (number > next) ::syscall(SYS_close_range, next, number - 1, 0);
    next = std::max(next, number + 1);
  }
  ::syscall(SYS_close_range, next, ~0U, 0);
}

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
}

void die_with_parent(const ContainerPlan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  pollfd parent{plan.parent_pidfd, POLLIN, 0};
  if (::poll(&parent, 1, 0) != 0) report_failure(plan, Stage::parent_died, ESRCH);
}

void raise_loopback(const ContainerPlan& plan) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  require(plan, socket >= 0, Stage::loopback);
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  require(plan, ::ioctl(socket, SIOCSIFFLAGS, &request) == 0, Stage::loopback);
  ::close(socket);
}

/// A new file system whose content depends on the namespaces of the caller; -1 with errno.
int new_filesystem(const char* type, unsigned attributes) {
  const int context = ::fsopen(type, FSOPEN_CLOEXEC);
  if (context < 0) return -1;
  int mount = -1;
  if (::fsconfig(context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0) {
    mount = ::fsmount(context, FSMOUNT_CLOEXEC, attributes);
  }
  const int error_number = errno;
  ::close(context);
  errno = error_number;
  return mount;
}

/// What the host has at `path`, read-only; -1 with errno.
int read_only_bind(const char* path) {
  const int mount = ::open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  mount_attr attributes{};
  attributes.attr_set =
      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  if (mount >= 0 && ::mount_setattr(mount, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes,
                                    sizeof attributes) != 0) {
    return -1;
  }
  return mount;
}

void attach_to(const ContainerPlan& plan, int mount, int target, Stage stage) {
  require(plan, mount >= 0, stage);
  const unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  require(plan, ::move_mount(mount, "", target, "", flags) == 0, stage);
  ::close(mount);
}

/// The kernel refuses a new proc or sysfs where the one it would unveil has covered parts: in a
/// container that masks some. Then the outer one is shown, read-only. It counts processes by their
/// outer numbers, but nothing can be sent to them from this pid namespace, nor can their memory or
/// files be reached without the capabilities they hold.
void mount_kernel_filesystems(const ContainerPlan& plan) {
  constexpr unsigned plain = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  int proc = new_filesystem("proc", plain);
  if (proc < 0 && errno == EPERM) {
    proc = read_only_bind("/proc");
    if (proc >= 0) report(plan, Report::Kind::note, Stage::proc, EPERM);
  }
  attach_to(plan, proc, plan.proc, Stage::proc);
  int sys = -1;
  if (plan.new_network) {
    sys = new_filesystem("sysfs", plain | MOUNT_ATTR_RDONLY);
    if (sys < 0) report(plan, Report::Kind::note, Stage::sys, errno);
  }
  if (sys < 0) sys = read_only_bind("/sys");
  attach_to(plan, sys, plan.sys, Stage::sys);
  attach_to(plan, new_filesystem("mqueue", plain), plan.mqueue, Stage::mqueue);
}

void change_root(const ContainerPlan& plan) {
  // the old root ends up on top of the new one, at the same place, and is taken off
  require(plan, ::fchdir(plan.root) == 0, Stage::pivot_root);
  require(plan, ::syscall(SYS_pivot_root, ".", ".") == 0, Stage::pivot_root);
  require(plan, ::umount2(".", MNT_DETACH) == 0, Stage::pivot_root);
  require(plan, ::chdir("/") == 0, Stage::pivot_root);
}

void mask_paths(const ContainerPlan& plan) {
  for (const char* path : masked_paths) {
    struct stat status {};
    if (::lstat(path, &status) != 0) continue;
    const bool ok = S_ISDIR(status.st_mode)
                        ? ::mount("tmpfs", path, "tmpfs", MS_RDONLY, "size=0,mode=0755") == 0
                        : ::mount("/dev/null", path, nullptr, MS_BIND, nullptr) == 0;
    require(plan, ok, Stage::mask);
  }
  for (const char* path : read_only_paths) {
    const int mount = read_only_bind(path);
    if (mount < 0 && errno == ENOENT) continue;
    require(plan, mount >= 0, Stage::mask);
    require(plan, ::move_mount(mount, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) == 0,
            Stage::mask);
    ::close(mount);
  }
}

[[gnu::no_sanitize_address]] int process_main(void* plan) {
  run_container_process(*static_cast<const ContainerPlan*>(plan));
}

/// The memory is shared until exec, which spares a second copy of the page tables; pid 1 sleeps
/// meanwhile.
pid_t start_process(const ContainerPlan& plan) {
  // NOLINTNEXTLINE: clone takes its argument as it is
  void* argument = const_cast<ContainerPlan*>(&plan);
  const pid_t pid =
      ::clone(process_main, plan.stack_top, CLONE_VM | CLONE_VFORK | SIGCHLD, argument);
  require(plan, pid > 0, Stage::start_process);
  return pid;
}

/// Reaps until nothing is left to; ends with the process.
void reap(const ContainerPlan& plan, pid_t process) {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    if (pid != process) continue;
    report(plan, Report::Kind::exited, Stage::exec, status);
    ::_exit(0);
  }
}

[[noreturn]] void watch(const ContainerPlan& plan, pid_t process) {
  sigset_t all;
  ::sigfillset(&all);
  for (;;) {
    reap(plan, process);
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&all, &info);
    if (signal > 0 && signal != SIGCHLD) ::kill(process, signal);
  }
}

}  // namespace

void report(const ContainerPlan& plan, Report::Kind kind, Stage stage, int value) {
  const Report record{kind, stage, value};
  while (::write(plan.report, &record, sizeof record) < 0 && errno == EINTR) {
  }
}

void require(const ContainerPlan& plan, bool ok, Stage stage) {
  if (!ok) report_failure(plan, stage, errno);
}

void report_failure(const ContainerPlan& plan, Stage stage, int error_number) {
  report(plan, Report::Kind::failed, stage, error_number);
  ::_exit(setup_failed);
}

void run_container_init(const ContainerPlan& plan) {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::prctl(PR_SET_NAME, "lade-init", 0, 0, 0);
  arrange_descriptors(plan);
  reset_signals();
  die_with_parent(plan);
  if (plan.new_network) raise_loopback(plan);
  require(plan, ::sethostname(plan.hostname.data(), plan.hostname.size()) == 0, Stage::host_name);
  mount_kernel_filesystems(plan);
  change_root(plan);
  mask_paths(plan);
  // away from the terminal's signals, which are for Lade to pass on
  ::setsid();
  const pid_t process = start_process(plan);
  // the report pipe alone stays open: the ends of pipes must close with the process
  const auto kept = static_cast<unsigned>(plan.report);
  ::syscall(SYS_close_range, 0U, kept - 1, 0);
  ::syscall(SYS_close_range, kept + 1, ~0U, 0);
  watch(plan, process);
}

}  // namespace lade::builder
