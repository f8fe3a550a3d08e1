#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "builder/containerfile/source.h"

namespace lade::containerfile {

/// Which checks run and whether a finding fails the build: `# check=skip=…;experimental=…;error=…`.
struct CheckDirective {
  bool skip_all = false;
  std::set<std::string> skip;  ///< names of rules
  bool all_experimental = false;
  std::set<std::string> experimental;  ///< names of rules
  bool error = false;
};

/// What the comments at the very top say to the parser.
struct Directives {
  std::optional<std::string> syntax;
  char escape = '\\';  ///< or '`'
  CheckDirective check;
};

/// One instruction's line as it reads once its continuations are joined.
struct LogicalLine {
  std::string text;
  std::size_t first_line = 1;
  std::size_t last_line = 1;
  std::vector<std::string> comments;             ///< directly above, without '#' and blanks
  std::vector<std::size_t> empty_continuations;  ///< numbers of empty lines inside

  /// Where the byte at `offset` of `text` stands in the file.
  Position at(std::size_t offset) const;

  /// A stretch of `text` that comes from one line of the file.
  struct Piece {
    std::size_t offset;
    Position position;
  };
  std::vector<Piece> pieces;
};

/// Cuts a file into logical lines, dropping comments and reading directives.
class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source) {}

  /// The next line that holds an instruction; nothing at the end. Throws `invalid` for a wrong
  /// directive.
  std::optional<LogicalLine> next();
  /// The next line as it stands in the file, which is how the body of a heredoc is read.
  std::optional<std::string_view> next_raw();

  /// Complete once `next` has returned a line.
  const Directives& directives() const { return directives_; }
  /// The number of the line that was read last.
  std::size_t line_number() const { return number_; }

 private:
  void read_directive(std::string_view comment);
  void set_directive(std::string_view key, std::string_view value);
  bool strip_continuation(std::string_view& text) const;
  void join(LogicalLine& line);

  const Source& source_;
  std::size_t number_ = 0;
  Directives directives_;
  std::set<std::string, std::less<>> seen_;
  bool directives_over_ = false;
};

}  // namespace lade::containerfile
