#include "cmd/output/progress_tty.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <mutex>

#include "cmd/output/tty_display.h"

namespace lade::cmd {
namespace {

constexpr std::int64_t redraw_interval_ms = 50;

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// The display and the terminal it is on; shared by the tasks.
class Screen {
 public:
  Screen(int fd, bool colors) : fd_(fd), display_(colors) {}

  /// Changes the display under the lock, and shows it: always if `at_once`, else not too often.
  template <class Change>
  auto change(bool at_once, Change&& change) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = now_ms();
    struct Redraw {
      Screen& screen;
      std::int64_t now;
      bool wanted;
      ~Redraw() {
        if (wanted) screen.draw(now);
      }
    } redraw{*this, now, at_once || now - drawn_ms_ >= redraw_interval_ms};
    return change(display_, now);
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    draw(now_ms());
    show(display_.clear());
  }

 private:
  void draw(std::int64_t now) {
    winsize size{};
    if (::ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) size = {24, 80, 0, 0};
    show(display_.frame(now, size.ws_col, size.ws_row));
    drawn_ms_ = now;
  }

  /// One write for a frame. A terminal that is gone must not stop the work.
  void show(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  int fd_;
  std::mutex mutex_;
  TtyDisplay display_;
  std::int64_t drawn_ms_ = 0;
};

class TtyTask final : public ProgressTask {
 public:
  TtyTask(std::shared_ptr<Screen> screen, TtyDisplay::TaskId id)
      : screen_(std::move(screen)), id_(id) {}
  TtyTask(const TtyTask&) = delete;
  TtyTask& operator=(const TtyTask&) = delete;
  ~TtyTask() override {
    if (!finished_) finish("stopped");
  }

  void advance(std::uint64_t amount_bytes) override {
    screen_->change(false, [&](TtyDisplay& display, std::int64_t) {
      if (!finished_) display.advance(id_, amount_bytes);
    });
  }
  void output(std::string_view text) override {
    screen_->change(false, [&](TtyDisplay& display, std::int64_t) {
      if (!finished_) display.output(id_, text);
    });
  }
  void finish(std::string_view outcome) override {
    screen_->change(true, [&](TtyDisplay& display, std::int64_t now) {
      if (!finished_) display.finish(id_, outcome, now);
      finished_ = true;
    });
  }

 private:
  std::shared_ptr<Screen> screen_;
  TtyDisplay::TaskId id_;
  bool finished_ = false;
};

class TtyProgress final : public Progress {
 public:
  TtyProgress(int fd, bool colors) : screen_(std::make_shared<Screen>(fd, colors)) {}
  TtyProgress(const TtyProgress&) = delete;
  TtyProgress& operator=(const TtyProgress&) = delete;
  ~TtyProgress() override { screen_->clear(); }

  std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total_bytes) override {
    const auto id = screen_->change(false, [&](TtyDisplay& display, std::int64_t now) {
      return display.begin(name, total_bytes, now);
    });
    return std::make_unique<TtyTask>(screen_, id);
  }
  void warning(std::string_view message) override {
    screen_->change(true, [&](TtyDisplay& display, std::int64_t) { display.warning(message); });
  }

 private:
  std::shared_ptr<Screen> screen_;
};

}  // namespace

std::unique_ptr<Progress> make_tty_progress(int fd, bool colors) {
  return std::make_unique<TtyProgress>(fd, colors);
}

}  // namespace lade::cmd
