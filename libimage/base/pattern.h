#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace lade {

/// Where a pattern matches in a text, and what one of its groups has of it.
struct PatternMatch {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view group{};
};

/// A regular expression in RE2's dialect, which is Go's too. Matching takes time linear in the
/// text, whatever a stranger wrote. Copies share what was compiled; used from many threads.
class Pattern {
 public:
  /// `invalid`, naming `what`, if it is none.
  static Pattern parse(std::string_view text, std::string_view what);

  /// Whether it matches somewhere in the text; "^" and "$" tie it to the ends.
  bool matches(std::string_view text) const;
  /// The number of the group `(?P<name>…)`; nothing if there is none.
  std::optional<int> find_group(const std::string& name) const;
  /// The first match within [begin, end) of a text, with its group of this number, which has to
  /// match, too. What stands around that range counts for "^", "$" and "\b".
  std::optional<PatternMatch> find(std::string_view text, std::size_t begin, std::size_t end,
                                   int group) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace lade
