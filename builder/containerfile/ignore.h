#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "builder/containerfile/path_pattern.h"

namespace lade::containerfile {

/// Which paths of a build context are left out. Lines are patterns, read in order; the last that
/// matches a path or one of its directories decides; `!` before one takes paths back in.
class IgnoreRules {
 public:
  /// The text of an ignore file. Throws `invalid` with the line's number for a bad pattern.
  static IgnoreRules parse(std::string_view text);
  /// The same from patterns, as `COPY --exclude` gives them: no comments.
  static IgnoreRules of(const std::vector<std::string>& patterns);

  /// Whether `path`, relative to the context and without "." and "..", is left out. The empty path
  /// is the context itself, which never is.
  bool excludes(std::string_view path) const;
  /// Whether `directory` and all that may lie below it is left out, so that a walk need not enter.
  bool excludes_all_below(std::string_view directory) const;
  bool empty() const { return rules_.empty(); }

  /// A pattern as it was written, and where.
  struct Line {
    std::size_t number;  ///< from 1
    std::string text;
  };
  /// The pattern that leaves `path` out; nothing if it is not left out.
  std::optional<Line> find_excluding(std::string_view path) const;

 private:
  struct Rule {
    PathPattern pattern;
    bool negated;
    Line line;
  };

  void add(std::string_view line, std::size_t number);
  /// The rule that decides, if that is one which leaves the path out.
  const Rule* decide(std::string_view path) const;

  std::vector<Rule> rules_;
};

/// The ignore file for the Containerfile called `containerfile` (a path): the first for which
/// `exists` says yes of `<containerfile>.containerignore`, `<containerfile>.dockerignore`,
/// `.containerignore` and `.dockerignore`. The first two lie beside the Containerfile, the others
/// at the root of the context.
std::optional<std::string> find_ignore_file(
    std::string_view containerfile, const std::function<bool(const std::string& path)>& exists);

/// The path without ".", "..", doubled slashes and a slash at the end, as Go's path.Clean; "." if
/// nothing is left.
std::string clean_path(std::string_view path);

}  // namespace lade::containerfile
