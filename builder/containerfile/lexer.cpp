// A file is read line by line. A line whose last character that is not a blank is the escape
// character, not itself escaped, goes on in the next one; comments and empty lines between are
// dropped. Each joined line remembers which stretch of it came from where, so that an error found
// in the joined text can be shown in the file. Directives are comments of the form `# key=value`
// before anything else; the first line that is none ends them.
#include "builder/containerfile/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "builder/containerfile/runes.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

bool is_comment(std::string_view line) { return trim_leading_spaces(line).starts_with('#'); }

std::set<std::string> names_in(std::string_view list) {
  std::set<std::string> names;
  for (const std::string& name : split(list, ',')) {
    if (!trim(name).empty()) names.emplace(trim(name));
  }
  return names;
}

/// The reason why `text` is no check directive, if it is none.
std::optional<std::string> read_check(std::string_view text, CheckDirective& check) {
  for (const std::string& option : split(text, ';')) {
    if (trim(option).empty()) continue;
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos) {
      return fmt::format("check option \"{}\" has no value, want key=value", trim(option));
    }
    const std::string_view key = trim(std::string_view(option).substr(0, equals));
    const std::string_view value = trim(std::string_view(option).substr(equals + 1));
    if (key == "skip") {
      check.skip_all = value == "all";
      check.skip = names_in(value);
    } else if (key == "experimental") {
      check.all_experimental = value == "all";
      check.experimental = names_in(value);
    } else if (key == "error") {
      if (value != "true" && value != "false") {
        return fmt::format("check option \"error\" is \"{}\", want true or false", value);
      }
      check.error = value == "true";
    } else {
      return fmt::format("unknown check option \"{}\", want skip, experimental or error", key);
    }
  }
  return std::nullopt;
}

}  // namespace

Position LogicalLine::at(std::size_t offset) const {
  const auto after =
      std::upper_bound(pieces.begin(), pieces.end(), offset,
                       [](std::size_t value, const Piece& piece) { return value < piece.offset; });
  if (after == pieces.begin()) return {first_line, 1};
  const Piece& piece = *std::prev(after);
  return {piece.position.line, piece.position.column + (offset - piece.offset)};
}

std::optional<std::string_view> Lexer::next_raw() {
  if (number_ >= source_.line_count()) return std::nullopt;
  return source_.line(++number_);
}

bool Lexer::strip_continuation(std::string_view& text) const {
  const std::size_t last = text.find_last_not_of(" \t");
  if (last == std::string_view::npos || text[last] != directives_.escape) return false;
  if (last > 0 && text[last - 1] == directives_.escape) return false;
  text = text.substr(0, last);
  return true;
}

void Lexer::set_directive(std::string_view key, std::string_view value) {
  if (key == "syntax") {
    directives_.syntax = std::string(value);
  } else if (key == "escape") {
    if (value != "\\" && value != "`") {
      source_.fail_at({number_, 1},
                      fmt::format("the escape directive is \"{}\", want ` or \\", value));
    }
    directives_.escape = value.front();
  } else if (const auto reason = read_check(value, directives_.check)) {
    source_.fail_at({number_, 1}, *reason);
  }
}

void Lexer::read_directive(std::string_view comment) {
  const std::size_t equals = comment.find('=');
  const std::string key =
      equals == comment.npos ? "" : to_lower(trim_spaces(comment.substr(1, equals - 1)));
  const std::string_view value =
      equals == comment.npos ? "" : trim_spaces(comment.substr(equals + 1));
  if ((key != "syntax" && key != "escape" && key != "check") || value.empty()) {
    directives_over_ = true;
    return;
  }
  if (!seen_.insert(key).second) {
    source_.fail_at({number_, 1}, fmt::format("the {} directive is given twice", key));
  }
  set_directive(key, value);
}

void Lexer::join(LogicalLine& line) {
  while (number_ < source_.line_count()) {
    std::string_view text = source_.line_text(++number_);
    if (is_comment(text)) continue;
    if (trim_spaces(text).empty()) {
      line.empty_continuations.push_back(number_);
      continue;
    }
    const bool goes_on = strip_continuation(text);
    line.pieces.push_back({line.text.size(), {number_, 1}});
    line.text += text;
    if (!goes_on) return;
  }
}

std::optional<LogicalLine> Lexer::next() {
  std::vector<std::string> comments;
  while (number_ < source_.line_count()) {
    const std::string_view whole = source_.line_text(++number_);
    std::string_view text = trim_leading_spaces(whole);
    if (text.starts_with('#')) {
      if (!directives_over_) read_directive(text);
      const std::string_view comment = trim_spaces(text.substr(1));
      if (comment.empty()) {
        comments.clear();
      } else {
        comments.emplace_back(comment);
      }
      continue;
    }
    directives_over_ = true;
    if (text.empty()) {
      comments.clear();
      continue;
    }
    LogicalLine line;
    line.first_line = number_;
    line.comments = std::move(comments);
    line.pieces.push_back({0, {number_, whole.size() - text.size() + 1}});
    const bool goes_on = strip_continuation(text);
    line.text = text;
    if (goes_on) join(line);
    line.last_line = number_;
    return line;
  }
  return std::nullopt;
}

}  // namespace lade::containerfile
