#include "builder/sandbox/container.h"

#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace lade::builder {
namespace {

constexpr std::uint64_t own_namespaces =
    CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

/// All signals wait while a process is cloned: the handlers of Lade must not run in the copy.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

/// The old clone, since filters of an outer container often refuse clone3.
pid_t clone_init(const ContainerPlan& plan, Fd& pidfd) {
  const std::uint64_t flags =
      own_namespaces | CLONE_PIDFD | SIGCHLD | (plan.new_network ? std::uint64_t{CLONE_NEWNET} : 0);
  int number = -1;
  const SignalsBlocked blocked;
  const long pid = ::syscall(SYS_clone, flags, nullptr, &number, nullptr, nullptr);
  if (pid == 0) run_container_init(plan);
  if (pid < 0) fail_errno("cannot make the namespaces of a container");
  pidfd.reset(number);
  return static_cast<pid_t>(pid);
}

}  // namespace

Container::Container(Parts parts) {
  std::promise<Fd> started;
  std::future<Fd> result = started.get_future();
  thread_ = std::thread([this, &parts, &started] { live(parts, started); });
  try {
    pidfd_ = result.get();
  } catch (...) {
    thread_.join();
    throw;
  }
}

void Container::live(const Parts& parts, std::promise<Fd>& started) {
  pid_t pid = -1;
  try {
    unshare_mounts();
    // a mount namespace comes with a umask of its own
    ::umask(0);
    const PendingMounts pending = lay_out_root(parts.spec, parts.root, parts.targets, parts.host,
                                               is_mapped(parts.ids.gids, 5));
    const PreparedPlan prepared(parts.spec, parts.ids, pending, parts.fds);
    Fd pidfd;
    pid = clone_init(prepared.plan(), pidfd);
    started.set_value(std::move(pidfd));
  } catch (...) {
    started.set_exception(std::current_exception());
    return;
  }
  // `started` and `parts` may be gone by now
  while (::waitpid(pid, &wait_status_, 0) < 0 && errno == EINTR) {
  }
}

Container::~Container() {
  if (!thread_.joinable()) return;
  signal(SIGKILL);
  thread_.join();
}

void Container::signal(int number) const noexcept {
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
}

ExitStatus Container::wait() {
  thread_.join();
  return exit_status(wait_status_);
}

}  // namespace lade::builder
