// A frame is written over the one before it: the cursor goes up to the first running line, every
// line is written and cleared behind its end, and what is left below is cleared last. Nothing is
// ever blank in between, so nothing flickers.
#include "cmd/output/tty_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cmd/output/table.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

constexpr std::size_t kept_lines = 10;
constexpr std::size_t shown_output_lines = 3;
constexpr std::size_t partial_limit_bytes = 4096;

constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";
constexpr std::string_view red = "31";
constexpr std::string_view cyan = "36";
constexpr std::string_view dim = "2";

std::string elapsed(std::int64_t ms) {
  if (ms < 60'000) return fmt::format("{:.1f}s", static_cast<double>(ms) / 1000);
  return fmt::format("{}m{:02}s", ms / 60'000, ms / 1000 % 60);
}

std::string_view color_of(std::string_view outcome) {
  if (outcome == "failed" || outcome == "stopped") return red;
  if (outcome == "cached" || outcome == "exists") return cyan;
  return green;
}

/// Name on the left, facts on the right, the name shortened to what is left.
std::string two_sides(std::string_view name, std::string_view facts, std::size_t columns) {
  const std::size_t used = width_of(facts) + 2;
  if (columns <= used + 8) return shorten(name, columns);
  const std::string left = shorten(name, columns - used);
  return left + std::string(columns - used - width_of(left) + 2, ' ') + std::string(facts);
}

}  // namespace

TtyDisplay::TaskId TtyDisplay::begin(std::string_view name, std::uint64_t total_bytes,
                                     std::int64_t now_ms) {
  tasks_[++next_] = {.name = printable(name), .total_bytes = total_bytes, .begun_ms = now_ms};
  return next_;
}

void TtyDisplay::advance(TaskId task, std::uint64_t amount_bytes) {
  tasks_.at(task).done_bytes += amount_bytes;
}

void TtyDisplay::output(TaskId id, std::string_view text) {
  Task& task = tasks_.at(id);
  for (const char c : text) {
    if (c == '\r') {
      // progress bars of others redraw their line
      if (!task.partial.empty() && task.partial.back() != '\r') task.partial += c;
    } else if (c != '\n') {
      if (!task.partial.empty() && task.partial.back() == '\r') task.partial.clear();
      if (task.partial.size() < partial_limit_bytes) task.partial += c;
    } else {
      if (!task.partial.empty() && task.partial.back() == '\r') task.partial.pop_back();
      task.lines.push_back(printable(task.partial));
      task.partial.clear();
      if (task.lines.size() > kept_lines) task.lines.pop_front();
    }
  }
}

void TtyDisplay::finish(TaskId id, std::string_view outcome, std::int64_t now_ms) {
  const auto found = tasks_.find(id);
  const Task& task = found->second;
  std::string facts = printable(outcome);
  if (task.done_bytes > 0) facts += fmt::format(" {}", human_size(task.done_bytes));
  facts += fmt::format(" {}", elapsed(now_ms - task.begun_ms));
  settled_.push_back({task.name + "\n" + facts, std::string(color_of(outcome))});
  if (color_of(outcome) == red) {
    for (const std::string& line : task.lines) settled_.push_back({"   " + line, {}});
    if (!task.partial.empty()) settled_.push_back({"   " + printable(task.partial), {}});
  }
  tasks_.erase(found);
}

void TtyDisplay::warning(std::string_view message) {
  settled_.push_back({"warning: " + printable(message), std::string(yellow)});
}

std::string TtyDisplay::paint(std::string_view text, std::string_view code) const {
  if (!colors_ || code.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string TtyDisplay::home() const {
  return shown_lines_ == 0 ? "\r" : fmt::format("\r\x1b[{}A", shown_lines_);
}

std::string TtyDisplay::running_line(const Task& task, std::int64_t now_ms,
                                     std::size_t columns) const {
  std::string facts;
  if (task.total_bytes > 0) {
    const std::uint64_t done = std::min(task.done_bytes, task.total_bytes);
    facts = fmt::format("{} / {} {:3.0f}%  ", human_size(done), human_size(task.total_bytes),
                        100.0 * static_cast<double>(done) / static_cast<double>(task.total_bytes));
  } else if (task.done_bytes > 0) {
    facts = human_size(task.done_bytes) + "  ";
  }
  return two_sides("=> " + task.name, facts + elapsed(now_ms - task.begun_ms), columns);
}

std::string TtyDisplay::frame(std::int64_t now_ms, std::size_t columns, std::size_t rows) {
  // the last column stays free: a terminal would wrap
  const std::size_t width = std::max<std::size_t>(columns, 20) - 1;
  std::string text = home();
  const auto put = [&](const std::string& line) { text += line + "\x1b[K\r\n"; };
  for (const Settled& line : settled_) {
    const std::size_t cut = line.text.find('\n');
    put(cut == std::string::npos
            ? paint(shorten(line.text, width), line.code)
            : paint(two_sides("=> " + line.text.substr(0, cut), line.text.substr(cut + 1), width),
                    line.code));
  }
  settled_.clear();
  std::vector<std::string> lines;
  for (const auto& [id, task] : tasks_) {
    lines.push_back(running_line(task, now_ms, width));
    const std::size_t shown = std::min(shown_output_lines, task.lines.size());
    for (std::size_t i = task.lines.size() - shown; i < task.lines.size(); ++i) {
      lines.push_back(paint(shorten("   " + task.lines[i], width), dim));
    }
  }
  const std::size_t room = std::max<std::size_t>(rows, 3) - 2;
  if (lines.size() > room) lines.resize(room);
  for (const std::string& line : lines) put(line);
  shown_lines_ = lines.size();
  return text + "\x1b[J";
}

std::string TtyDisplay::clear() {
  std::string text = home() + "\x1b[J";
  shown_lines_ = 0;
  return text;
}

}  // namespace lade::cmd
