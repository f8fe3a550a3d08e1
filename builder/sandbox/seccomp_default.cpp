// The default profile is an allow-list. It is written as words in a text, by what they are for,
// because a list of strings would hide the few decisions among four hundred names: what is held
// back is in `refused`, what hangs on a capability in `by_capability`.
#include <linux/seccomp.h>
#include <sched.h>

#include <array>
#include <cerrno>

#include "builder/sandbox/seccomp_profile.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

constexpr std::uint32_t allow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t unknown = SECCOMP_RET_ERRNO | ENOSYS;

constexpr std::string_view allowed =
    // files
    "access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 "
    "faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat "
    "fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock "
    "fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 "
    "futimesat getcwd getdents getdents64 getxattr getxattrat inotify_add_watch inotify_init "
    "inotify_init1 inotify_rm_watch ioctl lchown lchown32 lgetxattr link linkat listxattr "
    "listxattrat llistxattr _llseek lremovexattr lseek lsetxattr lstat lstat64 mkdir mkdirat mknod "
    "mknodat name_to_handle_at newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 "
    "pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr removexattrat "
    "rename renameat renameat2 rmdir sendfile sendfile64 setxattr setxattrat splice stat stat64 "
    "statfs statfs64 statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs tee "
    "truncate truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice "
    "write writev listmount statmount arm_fadvise64_64 arm_sync_file_range "
    // waiting
    "_newselect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 "
    "epoll_wait epoll_wait_old eventfd eventfd2 poll ppoll ppoll_time64 pselect6 pselect6_time64 "
    "select io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup "
    "io_submit "
    // memory
    "brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 "
    "mlockall mmap mmap2 mprotect mremap mseal msync munlock munlockall munmap pkey_alloc "
    "pkey_free "
    "pkey_mprotect remap_file_pages "
    // sockets
    "accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg "
    "recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketcall "
    "socketpair "
    // processes, threads, signals
    "alarm capget capset execve execveat exit exit_group fork futex futex_requeue futex_time64 "
    "futex_wait futex_waitv futex_wake get_robust_list get_thread_area getcpu getegid getegid32 "
    "geteuid geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid "
    "getpriority getresgid getresgid32 getresuid getresuid32 getrlimit getrusage getsid gettid "
    "getuid getuid32 ioprio_get ioprio_set kill pause pidfd_open pidfd_send_signal prctl prlimit64 "
    "process_mrelease ptrace restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask "
    "rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 "
    "rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity "
    "sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval "
    "sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam "
    "sched_setscheduler sched_yield seccomp set_robust_list set_thread_area set_tid_address "
    "setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid "
    "setpriority setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid "
    "setreuid32 setrlimit setsid setuid setuid32 sigaltstack signalfd signalfd4 sigprocmask "
    "sigreturn sigsuspend sysinfo tgkill tkill ugetrlimit uname vfork wait4 waitid waitpid "
    "landlock_add_rule landlock_create_ruleset landlock_restrict_self process_vm_readv "
    "process_vm_writev arch_prctl modify_ldt uretprobe breakpoint cacheflush set_tls "
    // System V and POSIX interprocess communication
    "ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend "
    "mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop "
    "semtimedop_time64 shmat shmctl shmdt shmget "
    // time and randomness
    "adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime "
    "clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer getrandom gettimeofday "
    "nanosleep setitimer time timer_create timer_delete timer_getoverrun timer_gettime "
    "timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime "
    "timerfd_gettime64 timerfd_settime timerfd_settime64 times";

// io_uring works behind a filter's back; userfaultfd and perf_event_open are steps of exploits;
// the rest changes the host or needs a capability that is not held
constexpr std::string_view refused =
    "acct add_key bpf chroot clock_settime clock_settime64 create_module delete_module "
    "fanotify_init finit_module fsconfig fsmount fsopen fspick get_kernel_syms get_mempolicy "
    "init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load "
    "kexec_load keyctl lookup_dcookie lsm_get_self_attr lsm_list_modules lsm_set_self_attr mbind "
    "migrate_pages mount mount_setattr move_mount move_pages nfsservctl open_by_handle_at "
    "open_tree "
    "open_tree_attr perf_event_open personality pidfd_getfd pivot_root process_madvise "
    "query_module quotactl quotactl_fd reboot request_key set_mempolicy set_mempolicy_home_node "
    "setdomainname sethostname setns settimeofday socket stime swapoff swapon _sysctl sysfs syslog "
    "umount umount2 unshare uselib userfaultfd ustat vhangup vm86 vm86old clone";

struct ByCapability {
  std::string_view capability;
  std::string_view calls;
};

constexpr std::array<ByCapability, 13> by_capability = {{
    {"dac_read_search", "open_by_handle_at"},
    {"sys_admin",
     "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie "
     "lsm_get_self_attr "
     "lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree open_tree_attr "
     "perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2 "
     "unshare"},
    {"sys_boot", "reboot"},
    {"sys_chroot", "chroot"},
    {"sys_module", "delete_module init_module finit_module"},
    {"sys_pacct", "acct"},
    {"sys_ptrace", "kcmp pidfd_getfd process_madvise"},
    {"sys_rawio", "iopl ioperm"},
    {"sys_time", "settimeofday stime clock_settime clock_settime64"},
    {"sys_tty_config", "vhangup"},
    {"sys_nice",
     "get_mempolicy mbind migrate_pages move_pages set_mempolicy "
     "set_mempolicy_home_node"},
    {"bpf", "bpf"},
    {"perfmon", "perf_event_open"},
}};

constexpr std::uint64_t new_namespace_flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                              CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                                              CLONE_NEWNET;
constexpr std::uint64_t address_family_vsock = 40;

}  // namespace

SeccompProfile default_seccomp_profile(CapabilitySet capabilities) {
  SeccompProfile profile{unknown, {}};
  // what a capability opens goes first: the first rule that holds decides
  for (const auto& [capability, calls] : by_capability) {
    if ((capabilities & parse_capability(capability)) == 0) continue;
    profile.rules.push_back({split(calls, ' '), allow, {}});
  }
  profile.rules.push_back({split(allowed, ' '), allow, {}});
  profile.rules.push_back(
      {{"clone"}, allow, {{0, SeccompOperator::masked_equal, 0, new_namespace_flags}}});
  profile.rules.push_back(
      {{"socket"}, allow, {{0, SeccompOperator::not_equal, address_family_vsock}}});
  // Linux, 32 bits, the old version number, both, and the question which one it is
  for (const std::uint64_t persona : {0x0U, 0x8U, 0x20000U, 0x20008U}) {
    profile.rules.push_back({{"personality"}, allow, {{0, SeccompOperator::equal, persona}}});
  }
  profile.rules.push_back({{"personality"}, allow, {{0, SeccompOperator::equal, 0xffffffff}}});
  // its flags are in memory, where a filter cannot look: the C library then calls clone
  profile.rules.push_back({{"clone3"}, unknown, {}});
  profile.rules.push_back({split(refused, ' '), refuse, {}});
  return profile;
}

}  // namespace lade::builder
