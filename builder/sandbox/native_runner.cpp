#include "builder/sandbox/native_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <vector>

#include "builder/sandbox/container.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t host_file_bytes = 1 << 20;
constexpr std::size_t output_bytes = 64 << 10;

void require_mapped(const std::vector<IdRange>& ranges, std::uint32_t id, std::string_view what) {
  if (is_mapped(ranges, id)) return;
  fail(ErrorKind::denied,
       "cannot run as {} {}: it is not among the ids mapped for this user (see /etc/subuid and "
       "/etc/subgid)",
       what, id);
}

void require_sane(const RunSpec& spec, const IdMapping& ids) {
  if (spec.argv.empty() || spec.argv[0].empty()) {
    fail(ErrorKind::invalid, "cannot run a container without a program");
  }
  if (!spec.cwd.starts_with('/')) {
    fail(ErrorKind::invalid, "the working directory \"{}\" must be an absolute path",
         printable(spec.cwd));
  }
  const auto holds_nul = [](const std::string& text) {
    return text.find('\0') != std::string::npos;
  };
  for (const auto* list : {&spec.argv, &spec.env}) {
    for (const std::string& text : *list) {
      if (holds_nul(text)) fail(ErrorKind::invalid, "\"{}\" holds a zero byte", printable(text));
    }
  }
  require_mapped(ids.uids, spec.user.uid, "user");
  require_mapped(ids.gids, spec.user.gid, "group");
  for (const std::uint32_t gid : spec.user.supplementary) require_mapped(ids.gids, gid, "group");
}

/// A copy above the three standard numbers, which are rearranged in the new process.
Fd copy_above_standard(int number) {
  Fd copy(::fcntl(number, F_DUPFD_CLOEXEC, 3));
  if (!copy) fail_errno("cannot duplicate a file descriptor");
  return copy;
}

/// One of the pipes through which output comes.
struct OutputPipe {
  OutputStream stream;
  Fd read;
};

/// The three descriptors of a container and the pipes behind them.
struct StandardStreams {
  std::array<Fd, 3> fds;
  std::vector<OutputPipe> pipes;
};

StandardStreams open_streams(const StandardFds& given) {
  StandardStreams streams;
  streams.fds[0] =
      copy_above_standard(given.in >= 0 ? given.in : open_fd("/dev/null", O_RDONLY).get());
  for (const auto& [number, stream] :
       {std::pair{given.out, OutputStream::out}, {given.err, OutputStream::err}}) {
    Fd& fd = streams.fds[stream == OutputStream::out ? 1 : 2];
    if (number >= 0) {
      fd = copy_above_standard(number);
      continue;
    }
    auto [read, write] = make_pipe();
    ::fcntl(read.get(), F_SETFL, O_NONBLOCK);
    fd = copy_above_standard(write.get());
    streams.pipes.push_back({stream, std::move(read)});
  }
  return streams;
}

[[noreturn]] void fail_start(const RunSpec& spec, const Report& report) {
  if (report.stage == Stage::exec) {
    const ErrorKind kind = report.value == ENOENT   ? ErrorKind::not_found
                           : report.value == EACCES ? ErrorKind::denied
                                                    : kind_of_errno(report.value);
    fail(kind, "cannot run {} in the container: {}", printable(spec.argv[0]),
         std::strerror(report.value));
  }
  if (report.stage == Stage::directory) {
    fail_errno(report.value, fmt::format("cannot enter the working directory {} in the container",
                                         printable(spec.cwd)));
  }
  fail_errno(report.value, fmt::format("the container cannot {}", to_string(report.stage)));
}

std::string_view explain_note(Stage stage) {
  if (stage == Stage::proc) {
    return "/proc is that of the surrounding container, read-only: the kernel refuses a new one "
           "where parts of the old are covered";
  }
  return "/sys shows the host's network devices: the kernel refuses a new one";
}

/// Watches a container until it has ended.
class Watch {
 public:
  Watch(const RunSpec& spec, const RunHooks& hooks, Container& container, int report,
        std::vector<OutputPipe>& pipes)
      : spec_(spec), hooks_(hooks), container_(container), report_(report), pipes_(pipes) {
    if (spec.timeout_ms != 0) {
      deadline_ = Clock::now() + std::chrono::milliseconds(spec.timeout_ms);
    }
  }

  ExitStatus run() {
    while (!step()) {
    }
    const ExitStatus init = container_.wait();
    for (OutputPipe& pipe : pipes_) drain(pipe);
    read_reports();
    if (failure_) fail_start(spec_, *failure_);
    if (timed_out_) {
      fail(ErrorKind::cancelled, "{} was stopped after {} ms", printable(spec_.argv[0]),
           spec_.timeout_ms);
    }
    if (cancelled_) fail(ErrorKind::cancelled, "{} was cancelled", printable(spec_.argv[0]));
    return status_.value_or(init);
  }

 private:
  /// True once the container has ended.
  bool step() {
    std::vector<pollfd> events = {{container_.descriptor(), POLLIN, 0}};
    const auto add = [&](int number) { events.push_back({number, POLLIN, 0}); };
    add(hooks_.cancel != nullptr && !cancelled_ ? hooks_.cancel->descriptor() : -1);
    add(signals_open_ ? hooks_.signals : -1);
    for (const OutputPipe& pipe : pipes_) add(pipe.read ? pipe.read.get() : -1);
    const int ready = ::poll(events.data(), events.size(), remaining_ms());
    if (ready < 0 && errno != EINTR) fail_errno("cannot wait for a container");
    if (ready <= 0) {
      stop_if_late();
      return false;
    }
    for (std::size_t i = 0; i < pipes_.size(); ++i) {
      if (events[3 + i].revents != 0) drain(pipes_[i]);
    }
    if (events[1].revents != 0) {
      cancelled_ = true;
      container_.signal(SIGKILL);
    }
    if (events[2].revents != 0) forward_signal();
    stop_if_late();
    return events[0].revents != 0;
  }

  int remaining_ms() const {
    if (!deadline_ || timed_out_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1 << 30));
  }

  void stop_if_late() {
    if (!deadline_ || timed_out_ || Clock::now() < *deadline_) return;
    timed_out_ = true;
    container_.signal(SIGKILL);
  }

  void forward_signal() {
    std::byte number{};
    if (read_some(hooks_.signals, {&number, 1}) == 1) {
      container_.signal(static_cast<int>(number));
    } else {
      signals_open_ = false;
    }
  }

  /// Hands on what a pipe holds now, at most a buffer full for each call of `poll`'s round.
  void drain(OutputPipe& pipe) {
    while (pipe.read) {
      const ssize_t got = ::read(pipe.read.get(), buffer_.data(), buffer_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        pipe.read.reset();
        return;
      }
      if (hooks_.output) {
        hooks_.output(pipe.stream, {buffer_.data(), static_cast<std::size_t>(got)});
      }
      if (static_cast<std::size_t>(got) < buffer_.size()) return;
    }
  }

  void read_reports() {
    Report report;
    while (read_full(report_, std::as_writable_bytes(std::span(&report, 1))) == sizeof report) {
      if (report.kind == Report::Kind::failed) failure_ = report;
      if (report.kind == Report::Kind::exited) status_ = exit_status(report.value);
      if (report.kind == Report::Kind::note && hooks_.warning) {
        hooks_.warning(explain_note(report.stage));
      }
    }
  }

  const RunSpec& spec_;
  const RunHooks& hooks_;
  Container& container_;
  int report_;
  std::vector<OutputPipe>& pipes_;
  std::optional<Clock::time_point> deadline_;
  std::vector<char> buffer_ = std::vector<char>(output_bytes);
  std::optional<Report> failure_;
  std::optional<ExitStatus> status_;
  bool signals_open_ = true;
  bool cancelled_ = false;
  bool timed_out_ = false;
};

/// Takes mount points away however a run ends.
class TargetCleanup {
 public:
  explicit TargetCleanup(MountTargets& targets) : targets_(targets) {}
  TargetCleanup(const TargetCleanup&) = delete;
  TargetCleanup& operator=(const TargetCleanup&) = delete;
  ~TargetCleanup() { targets_.remove_created(); }

 private:
  MountTargets& targets_;
};

}  // namespace

ExitStatus NativeRunner::run(const RunSpec& spec, const RunHooks& hooks) {
  require_sane(spec, ids_);
  if (hooks.cancel != nullptr && hooks.cancel->cancelled()) {
    fail(ErrorKind::cancelled, "{} was cancelled", printable(spec.argv[0]));
  }
  const HostFiles host{find_file("/etc/hosts", host_file_bytes).value_or(""),
                       find_file("/etc/resolv.conf", host_file_bytes).value_or("")};
  const DetachedMount root = make_overlay(spec.root.overlay);
  MountTargets targets(root.get(), spec.root.overlay.upper);
  const TargetCleanup cleanup(targets);
  StandardStreams streams = open_streams(spec.stdio);
  const Fd parent(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  if (!parent) fail_errno("cannot open this process");
  auto [report_read, report_write] = make_pipe();
  const PlanFds fds{{streams.fds[0].get(), streams.fds[1].get(), streams.fds[2].get()},
                    report_write.get(),
                    parent.get()};
  Container container({spec, ids_, root, targets, host, fds});
  // from now on the container alone holds the other ends
  streams.fds = {};
  report_write.reset();
  return Watch(spec, hooks, container, report_read.get(), streams.pipes).run();
}

}  // namespace lade::builder
