// The last steps to the user's program, in the order their privileges allow. As in
// container_init.cpp, system calls only; and those of glibc that change ids or groups are avoided,
// since they would tell threads that do not exist here.
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "builder/sandbox/container_init.h"

namespace lade::builder {
namespace {

void start_session(const ContainerPlan& plan) {
  require(plan, ::setsid() >= 0, Stage::session);
  if (plan.terminal) require(plan, ::ioctl(0, TIOCSCTTY, 0) == 0, Stage::terminal);
  // the keys of the user's session stay outside; a kernel without keys has none to hide
  ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
}

void set_limits(const ContainerPlan& plan) {
  for (const ResourceLimit& limit : plan.limits) {
    const rlimit value{limit.soft, limit.hard};
    const auto resource = static_cast<__rlimit_resource>(limit.resource);
    require(plan, ::setrlimit(resource, &value) == 0, Stage::limit);
  }
}

void bound_capabilities(const ContainerPlan& plan) {
  for (unsigned number = 0; number < 64; ++number) {
    if ((plan.capabilities >> number & 1) != 0) continue;
    if (::prctl(PR_CAPBSET_READ, number, 0, 0, 0) <= 0) continue;
    require(plan, ::prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0, Stage::capabilities);
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

void become_user(const ContainerPlan& plan) {
  if (plan.set_groups) {
    require(plan, ::syscall(SYS_setgroups, plan.groups.size(), plan.groups.data()) == 0,
            Stage::groups);
  }
  require(plan, ::syscall(SYS_setresgid, plan.gid, plan.gid, plan.gid) == 0, Stage::user);
  require(plan, ::syscall(SYS_setresuid, plan.uid, plan.uid, plan.uid) == 0, Stage::user);
}

/// Root keeps what the set allows and the process has; another user has lost all with its id.
void reduce_capabilities(const ContainerPlan& plan) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  require(plan, ::syscall(SYS_capget, &header, data) == 0, Stage::capabilities);
  for (unsigned word = 0; word < 2; ++word) {
    const auto allowed = static_cast<std::uint32_t>(plan.capabilities >> (32 * word));
    data[word].permitted &= allowed;
    data[word].effective = data[word].permitted;
    data[word].inheritable = 0;
  }
  require(plan, ::syscall(SYS_capset, &header, data) == 0, Stage::capabilities);
}

void install_filter(const ContainerPlan& plan) {
  if (plan.seccomp.empty()) return;
  // NOLINTNEXTLINE: the kernel does not write to the program
  auto* instructions = const_cast<sock_filter*>(plan.seccomp.data());
  const sock_fprog program{static_cast<unsigned short>(plan.seccomp.size()), instructions};
  require(plan, ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0, Stage::seccomp);
}

[[noreturn, gnu::no_sanitize_address]] void execute(const ContainerPlan& plan) {
  int error_number = ENOENT;
  for (const char* program : plan.programs) {
    ::execve(program, plan.argv, plan.env);
    // as a shell does: one that may not be run is remembered, the search goes on
    if (errno != ENOENT && errno != ENOTDIR) error_number = errno;
    if (error_number != ENOENT && error_number != EACCES) break;
  }
  report_failure(plan, Stage::exec, error_number);
}

}  // namespace

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::standard_fds:
      return "set up its standard descriptors";
    case Stage::parent_died:
      return "start: its parent is gone";
    case Stage::loopback:
      return "raise its loopback device";
    case Stage::host_name:
      return "set its host name";
    case Stage::proc:
      return "mount /proc";
    case Stage::sys:
      return "mount /sys";
    case Stage::mqueue:
      return "mount /dev/mqueue";
    case Stage::pivot_root:
      return "change its root directory";
    case Stage::mask:
      return "cover parts of /proc and /sys";
    case Stage::start_process:
      return "start its process";
    case Stage::session:
      return "make a session";
    case Stage::terminal:
      return "take its terminal";
    case Stage::limit:
      return "set a resource limit";
    case Stage::groups:
      return "set its groups";
    case Stage::user:
      return "become its user";
    case Stage::capabilities:
      return "give up capabilities";
    case Stage::no_new_privileges:
      return "forgo new privileges";
    case Stage::seccomp:
      return "install its seccomp filter";
    case Stage::directory:
      return "enter its working directory";
    case Stage::exec:
      return "execute its program";
  }
  return "start";
}

void run_container_process(const ContainerPlan& plan) {
  start_session(plan);
  ::umask(022);
  set_limits(plan);
  require(plan, ::chdir(plan.directory) == 0, Stage::directory);
  // without "no new privileges" a filter needs a capability that is about to go
  if (!plan.no_new_privileges) install_filter(plan);
  bound_capabilities(plan);
  become_user(plan);
  reduce_capabilities(plan);
  if (plan.no_new_privileges) {
    require(plan, ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, Stage::no_new_privileges);
    install_filter(plan);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  execute(plan);
}

}  // namespace lade::builder
