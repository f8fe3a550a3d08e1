#include "cmd/output/progress_plain.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <string>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

using Clock = std::chrono::steady_clock;

/// What has no line ends is cut into lines of this length.
constexpr std::size_t line_limit_bytes = 16U << 10U;

class PlainProgress;

class PlainTask final : public ProgressTask {
 public:
  PlainTask(PlainProgress& owner, int number, std::uint64_t total_bytes)
      : owner_(owner),
        number_(number),
        total_bytes_(total_bytes),
        begun_(Clock::now()),
        told_(begun_) {}
  ~PlainTask() override;

  void advance(std::uint64_t amount_bytes) override;
  void output(std::string_view text) override;
  void finish(std::string_view outcome) override;

 private:
  PlainProgress& owner_;
  int number_;
  std::uint64_t total_bytes_;
  Clock::time_point begun_;
  std::mutex mutex_;  // of what is told
  Clock::time_point told_;
  std::uint64_t done_bytes_ = 0;
  std::string line_;  // of output, not yet ended
};

class PlainProgress final : public Progress {
 public:
  PlainProgress(int fd, std::chrono::milliseconds pause) : fd_(fd), pause_(pause) {}

  std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total_bytes) override {
    const int number = ++count_;
    write(fmt::format("#{} {}\n", number, printable(name)));
    return std::make_unique<PlainTask>(*this, number, total_bytes);
  }

  std::chrono::milliseconds pause() const { return pause_; }

  void warning(std::string_view message) override {
    write(fmt::format("warning: {}\n", printable(message)));
  }

  /// A log that cannot be written is no reason to stop.
  void write(std::string_view text) {
    const std::lock_guard lock(mutex_);
    while (!text.empty()) {
      const ssize_t put = ::write(fd_, text.data(), text.size());
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(put));
    }
  }

 private:
  int fd_;
  std::chrono::milliseconds pause_;
  std::atomic<int> count_ = 0;
  std::mutex mutex_;
};

PlainTask::~PlainTask() {
  if (!line_.empty()) owner_.write(fmt::format("#{} {}\n", number_, printable(line_)));
}

/// Steps of a build do not know how much there is, and have output of their own.
void PlainTask::advance(std::uint64_t amount_bytes) {
  if (total_bytes_ == 0) return;
  const std::lock_guard lock(mutex_);
  done_bytes_ += amount_bytes;
  const auto now = Clock::now();
  if (now - told_ < owner_.pause() || done_bytes_ >= total_bytes_) return;
  told_ = now;
  owner_.write(
      fmt::format("#{} {} of {}\n", number_, human_size(done_bytes_), human_size(total_bytes_)));
}

void PlainTask::output(std::string_view text) {
  std::string whole;
  for (const char c : text) {
    if (c != '\n') line_ += c;
    if (c != '\n' && line_.size() < line_limit_bytes) continue;
    // what a terminal would have overwritten is of no use in a log
    if (line_.ends_with('\r')) line_.pop_back();
    if (const auto at = line_.rfind('\r'); at != std::string::npos) line_.erase(0, at + 1);
    whole += fmt::format("#{} {}\n", number_, printable(line_));
    line_.clear();
  }
  if (!whole.empty()) owner_.write(whole);
}

void PlainTask::finish(std::string_view outcome) {
  if (!line_.empty()) output("\n");
  const std::chrono::duration<double> took = Clock::now() - begun_;
  if (outcome == "done") {
    owner_.write(fmt::format("#{} done in {:.2f} s\n", number_, took.count()));
  } else {
    owner_.write(fmt::format("#{} {}\n", number_, outcome));
  }
}

}  // namespace

std::unique_ptr<Progress> make_plain_progress(int fd, std::chrono::milliseconds pause) {
  return std::make_unique<PlainProgress>(fd, pause);
}

}  // namespace lade::cmd
