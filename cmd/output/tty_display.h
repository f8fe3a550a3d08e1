#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace lade::cmd {

/// What the lively display shows, as a value: events go in, the bytes for a terminal come out.
/// Knows no terminal and no clock; times are milliseconds from any beginning.
class TtyDisplay {
 public:
  explicit TtyDisplay(bool colors) : colors_(colors) {}

  using TaskId = std::uint64_t;
  TaskId begin(std::string_view name, std::uint64_t total_bytes, std::int64_t now_ms);
  void advance(TaskId task, std::uint64_t amount_bytes);
  void output(TaskId task, std::string_view text);
  void finish(TaskId task, std::string_view outcome, std::int64_t now_ms);
  void warning(std::string_view message);

  /// The bytes that turn what the last frame showed into what is true now: finished lines scroll
  /// up, running tasks stand below them. No line is longer than `columns`, the running ones are
  /// fewer than `rows`.
  std::string frame(std::int64_t now_ms, std::size_t columns, std::size_t rows);
  /// The bytes that take the running tasks away.
  std::string clear();

 private:
  struct Task {
    std::string name;
    std::uint64_t total_bytes = 0;
    std::uint64_t done_bytes = 0;
    std::int64_t begun_ms = 0;
    std::string partial{};
    std::deque<std::string> lines{};
  };

  std::string paint(std::string_view text, std::string_view code) const;
  std::string running_line(const Task& task, std::int64_t now_ms, std::size_t columns) const;
  std::string home() const;

  bool colors_;
  std::map<TaskId, Task> tasks_;
  TaskId next_ = 0;
  /// Lines that stay, not shown yet: plain text and its color.
  struct Settled {
    std::string text;
    std::string code;
  };
  std::deque<Settled> settled_;
  std::size_t shown_lines_ = 0;
};

}  // namespace lade::cmd
