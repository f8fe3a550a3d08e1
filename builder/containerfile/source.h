#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lade::containerfile {

/// A Containerfile larger than this is refused.
inline constexpr std::size_t containerfile_limit_bytes = 16U << 20U;
/// A line longer than this is refused.
inline constexpr std::size_t line_limit_bytes = 65535;

/// A place in a file: line and byte of that line, both from 1.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// The text of a Containerfile and the name it is known by in messages.
class Source {
 public:
  /// Throws `invalid` for what is too large, holds a line that is too long, or a NUL byte. A byte
  /// order mark at the start is dropped.
  Source(std::string name, std::string text);

  const std::string& name() const { return name_; }
  std::size_t line_count() const { return starts_.size(); }
  /// Line `number`, counted from 1, with what ends it.
  std::string_view line(std::size_t number) const;
  /// As above, without what ends it.
  std::string_view line_text(std::size_t number) const;

  /// Throws `invalid`: "<name>:<line>:<column>: <message>", the line quoted, and a caret under the
  /// column. A place after the end of the text stands for its end.
  [[noreturn]] void fail_at(Position position, std::string_view message) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<std::size_t> starts_;  // where each line begins in text_
};

}  // namespace lade::containerfile
