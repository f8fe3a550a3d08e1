// The process itself moves into the new namespace, so there is no second exec and no state to hand
// over. But its map must be written from outside, by programs with privileges in the parent
// namespace: a helper is forked first, stays behind, and is told through a pipe when to start.
#include "builder/sandbox/userns.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "builder/sandbox/mounts.h"
#include "libimage/base/child.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

constexpr std::uint64_t small_file_bytes = 1 << 20;

bool holds_capability(unsigned number) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return false;
  return (data[number / 32].effective >> (number % 32) & 1) != 0;
}

std::vector<IdRange> own_map(const char* file) {
  return parse_id_map(read_file(file, small_file_bytes));
}

bool maps_everything(const std::vector<IdRange>& ranges) {
  return ranges.size() == 1 && ranges[0].count == UINT32_MAX;
}

bool maps_one(const std::vector<IdRange>& ranges) {
  return ranges.size() == 1 && ranges[0].count == 1;
}

/// What is mapped in the namespace the process is in already.
IdMapping existing_mapping() {
  IdMapping mapping{IdMapping::Kind::full, own_map("/proc/self/uid_map"),
                    own_map("/proc/self/gid_map"), ""};
  if (maps_everything(mapping.uids) && maps_everything(mapping.gids)) return {};
  if (maps_one(mapping.uids) || maps_one(mapping.gids)) mapping.kind = IdMapping::Kind::single;
  return mapping;
}

std::string login_name(uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(16384);
  ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? "" : found->pw_name;
}

/// What the helper is to write, decided before the process moves.
struct Plan {
  std::vector<IdRange> uids;
  std::vector<IdRange> gids;
  std::string newuidmap;
  std::string newgidmap;
  bool writes_itself = false;  ///< privileged in the parent namespace: needs no other program
  std::string obstacle;        ///< why there are no ranges
};

std::vector<IdRange> identity(std::vector<IdRange> ranges) {
  for (IdRange& range : ranges) range.outside = range.inside;
  return ranges;
}

std::optional<std::string> locate(const std::string& program) {
  if (program.find('/') == std::string::npos) return find_program(program);
  if (::access(program.c_str(), X_OK) == 0) return program;
  return std::nullopt;
}

std::vector<IdRange> granted(const std::string& file, const std::string& login, std::uint32_t id,
                             std::string& obstacle) {
  const std::string text = find_file(file, small_file_bytes).value_or("");
  std::vector<IdRange> ranges = subordinate_ranges(text, login, id);
  if (ranges.empty() && obstacle.empty()) {
    obstacle = fmt::format("{} has no range for user {}", file,
                           login.empty() ? std::to_string(id) : login);
  }
  return ranges;
}

Plan make_plan(const UserNamespaceFiles& files, uid_t uid, gid_t gid) {
  Plan plan;
  if (holds_capability(CAP_SETUID) && holds_capability(CAP_SETGID)) {
    plan.uids = identity(own_map("/proc/self/uid_map"));
    plan.gids = identity(own_map("/proc/self/gid_map"));
    plan.writes_itself = true;
    return plan;
  }
  const std::string login = login_name(uid);
  plan.uids = granted(files.subuid, login, uid, plan.obstacle);
  plan.gids = granted(files.subgid, login, uid, plan.obstacle);
  plan.uids.insert(plan.uids.begin(), {0, uid, 1});
  plan.gids.insert(plan.gids.begin(), {0, gid, 1});
  for (const auto& [program, place] :
       {std::pair{&files.newuidmap, &plan.newuidmap}, {&files.newgidmap, &plan.newgidmap}}) {
    if (const auto path = locate(*program)) {
      *place = *path;
    } else if (plan.obstacle.empty()) {
      plan.obstacle = fmt::format("{} is not installed (package uidmap or shadow-utils)", *program);
    }
  }
  return plan;
}

/// Runs newuidmap or newgidmap with what it prints sent into `errors`.
Child start_map_program(const std::string& program, pid_t pid, const std::vector<IdRange>& ranges,
                        int errors) {
  ChildOptions options;
  options.argv = {program, std::to_string(pid)};
  for (const IdRange& range : ranges) {
    options.argv.push_back(std::to_string(range.inside));
    options.argv.push_back(std::to_string(range.outside));
    options.argv.push_back(std::to_string(range.count));
  }
  options.stdout_fd = errors;
  options.stderr_fd = errors;
  return Child(options);
}

void write_proc(const std::string& path, const std::string& text) {
  const Fd file = open_fd(path, O_WRONLY);
  write_full(file.get(), as_bytes(text));
}

/// The helper's work: a text for `errors` if it went wrong.
void write_maps(const Plan& plan, pid_t pid, int errors) {
  if (plan.writes_itself) {
    write_proc(fmt::format("/proc/{}/uid_map", pid), format_id_map(plan.uids));
    write_proc(fmt::format("/proc/{}/gid_map", pid), format_id_map(plan.gids));
    return;
  }
  Child uids = start_map_program(plan.newuidmap, pid, plan.uids, errors);
  Child gids = start_map_program(plan.newgidmap, pid, plan.gids, errors);
  for (const auto& [child, name] : {std::pair{&uids, "newuidmap"}, {&gids, "newgidmap"}}) {
    const ExitStatus status = child->wait();
    if (status.code != 0) fail(ErrorKind::denied, "{} failed with code {}", name, status.code);
  }
}

/// The helper that stays outside. It writes nothing to `result` if all went well.
[[noreturn]] void run_helper(const Plan& plan, pid_t pid, int go, int result) {
  try {
    std::byte byte{};
    // the end of the pipe without a byte: the process could not move
    if (read_full(go, {&byte, 1}) == 1) write_maps(plan, pid, result);
  } catch (const Error& error) {
    write_full(result, as_bytes(error.message()));
  } catch (...) {
    write_full(result, as_bytes("cannot write the id maps"));
  }
  ::_exit(0);
}

class Helper {
 public:
  explicit Helper(const Plan& plan) {
    auto [go_read, go_write] = make_pipe();
    auto [result_read, result_write] = make_pipe();
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) fail_errno("cannot fork the helper that maps ids");
    if (pid_ == 0) {
      go_write.reset();
      run_helper(plan, parent, go_read.get(), result_write.get());
    }
    go_ = std::move(go_write);
    result_ = std::move(result_read);
  }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  ~Helper() {
    go_.reset();
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  /// What went wrong, on one line; empty if the maps are written.
  std::string map() {
    const std::byte byte{1};
    write_full(go_.get(), {&byte, 1});
    const std::string text = read_all(result_.get(), "the helper that maps ids", small_file_bytes);
    std::vector<std::string> lines = split(text, '\n');
    std::erase(lines, "");
    return join(lines, "; ");
  }

 private:
  pid_t pid_ = -1;
  Fd go_;
  Fd result_;
};

void move_into_namespace() {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) return;
  const int error_number = errno;
  fail(ErrorKind::denied, "cannot make a user namespace: {}",
       explain_refusal("/proc/sys", error_number));
}

/// Maps the user alone, which needs nobody's help. What is mapped already stays.
void map_single(uid_t uid, gid_t gid) {
  try {
    if (own_map("/proc/self/uid_map").empty()) {
      write_proc("/proc/self/uid_map", fmt::format("0 {} 1\n", uid));
    }
    if (own_map("/proc/self/gid_map").empty()) {
      write_proc("/proc/self/setgroups", "deny");
      write_proc("/proc/self/gid_map", fmt::format("0 {} 1\n", gid));
    }
  } catch (const Error& error) {
    fail(ErrorKind::denied, "cannot map this user into a user namespace: {} ({})",
         explain_refusal("/proc/sys", EPERM), error.message());
  }
}

std::string single_warning(const std::string& obstacle) {
  return fmt::format("{}: only one user id is available, so all files will belong to root",
                     obstacle);
}

}  // namespace

std::string explain_refusal(const std::string& proc_sys, int error_number) {
  const auto setting = [&](const char* name) {
    const auto text = find_file(proc_sys + "/" + name, small_file_bytes);
    return text ? parse_int(trim(*text)) : std::nullopt;
  };
  if (setting("kernel/unprivileged_userns_clone") == 0) {
    return "the sysctl kernel.unprivileged_userns_clone is 0; an administrator can set it to 1 in "
           "/etc/sysctl.d";
  }
  if (setting("user/max_user_namespaces") == 0) {
    return "the sysctl user.max_user_namespaces is 0; an administrator can raise it in "
           "/etc/sysctl.d";
  }
  if (setting("kernel/apparmor_restrict_unprivileged_userns") == 1) {
    return "AppArmor forbids it: the sysctl kernel.apparmor_restrict_unprivileged_userns is 1; an "
           "administrator can set it to 0 in /etc/sysctl.d or add a profile with \"userns,\" in "
           "/etc/apparmor.d";
  }
  if (error_number == ENOSPC || error_number == EUSERS) {
    return "too many user namespaces are in use or nested (sysctl user.max_user_namespaces)";
  }
  if (error_number == EINVAL) {
    return "the kernel has none (CONFIG_USER_NS), or the process already has several threads";
  }
  return fmt::format("{} (a seccomp profile or security module around this process may forbid it)",
                     std::strerror(error_number));
}

IdMapping enter_user_namespace(const UserNamespaceFiles& files) {
  if (holds_capability(CAP_SYS_ADMIN)) {
    IdMapping mapping = existing_mapping();
    unshare_mounts();
    return mapping;
  }
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  const Plan plan = make_plan(files, uid, gid);
  std::string failure = plan.obstacle;
  if (failure.empty()) {
    Helper helper(plan);
    move_into_namespace();
    failure = helper.map();
  } else {
    move_into_namespace();
  }
  if (!failure.empty()) map_single(uid, gid);
  IdMapping mapping{IdMapping::Kind::full, own_map("/proc/self/uid_map"),
                    own_map("/proc/self/gid_map"), ""};
  if (!failure.empty()) {
    mapping.kind = IdMapping::Kind::single;
    mapping.warning = single_warning(failure);
  }
  unshare_mounts();
  return mapping;
}

}  // namespace lade::builder
