#include "builder/containerfile/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "builder/containerfile/runes.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
// how much of a long line is shown on each side of the caret
constexpr std::size_t quoted_bytes = 80;

/// Fit for a terminal, with each tab as one blank so that the caret stands where it should.
std::string shown(std::string_view text) {
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '\t', ' ');
  return printable(blanks);
}

/// The quoted line and, below it, the caret.
std::string excerpt(std::string_view line, Position position) {
  const std::size_t offset = std::min(position.column - 1, line.size());
  const std::size_t begin = offset > quoted_bytes ? offset - quoted_bytes : 0;
  const std::string before = shown(line.substr(begin, offset - begin));
  const std::string after = shown(line.substr(offset, quoted_bytes));
  const std::string number = std::to_string(position.line);
  return fmt::format("{} | {}{}\n{} | {}^", number, before, after, std::string(number.size(), ' '),
                     std::string(to_runes(before).size(), ' '));
}

}  // namespace

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  if (text_.size() > containerfile_limit_bytes) {
    fail(ErrorKind::invalid, "{}: the file has {} bytes, more than the {} that are read", name_,
         text_.size(), containerfile_limit_bytes);
  }
  if (text_.starts_with(byte_order_mark)) text_.erase(0, byte_order_mark.size());
  for (std::size_t start = 0; start < text_.size();) {
    starts_.push_back(start);
    const std::size_t end = text_.find('\n', start);
    start = end == std::string::npos ? text_.size() : end + 1;
  }
  for (std::size_t number = 1; number <= line_count(); ++number) {
    const std::string_view text_of_line = line_text(number);
    if (text_of_line.size() > line_limit_bytes) {
      fail_at({number, 1}, fmt::format("the line has {} bytes, more than the {} allowed",
                                       text_of_line.size(), line_limit_bytes));
    }
    const std::size_t nul = text_of_line.find('\0');
    if (nul != std::string_view::npos) fail_at({number, nul + 1}, "the line holds a NUL byte");
  }
}

std::string_view Source::line(std::size_t number) const {
  if (number == 0 || number > starts_.size()) return {};
  const std::size_t begin = starts_[number - 1];
  const std::size_t end = number < starts_.size() ? starts_[number] : text_.size();
  return std::string_view(text_).substr(begin, end - begin);
}

std::string_view Source::line_text(std::size_t number) const {
  std::string_view text = line(number);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

void Source::fail_at(Position position, std::string_view message) const {
  position.line = std::clamp<std::size_t>(position.line, 1, std::max<std::size_t>(line_count(), 1));
  position.column = std::max<std::size_t>(position.column, 1);
  fail(ErrorKind::invalid, "{}:{}:{}: {}\n{}", name_, position.line, position.column, message,
       excerpt(line_text(position.line), position));
}

}  // namespace lade::containerfile
