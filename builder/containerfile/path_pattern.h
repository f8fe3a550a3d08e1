#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lade::containerfile {

/// A wildcard pattern for slash-separated paths: `*` and `?` for characters other than the slash,
/// `[a-z]` and `[^a-z]`, `\` before any character for the character itself. It matches whole paths.
/// Time is bounded by the product of both lengths.
class PathPattern {
 public:
  /// As Go's filepath.Match, which is what the sources of COPY and ADD follow. Throws `invalid` for
  /// a pattern that it calls bad.
  static PathPattern glob(std::string_view text);
  /// As the lines of an ignore file: besides, `**` matches any number of directories, and anything
  /// at the end.
  static PathPattern ignore(std::string_view text);

  bool matches(std::string_view path) const;
  /// Whether a path that lies below `directory` could match; may say yes too often, never no.
  bool could_match_below(std::string_view directory) const;
  /// Whether the text has anything special in it.
  static bool has_wildcards(std::string_view text);

 private:
  enum class Kind { literal, any, star, everything, directories, set };
  struct Interval {
    char32_t first;
    char32_t last;
  };
  struct Element {
    Kind kind;
    char32_t code = 0;
    bool negated = false;
    std::vector<Interval> intervals;
  };

  static PathPattern parse(std::string_view text, bool double_star);
  std::size_t add_set(std::u32string_view text, std::size_t at, std::string_view whole);
  void find_fixed_parts();
  bool accepts(const Element& element, char32_t code) const;
  void enter(std::vector<char>& states, std::size_t state) const;
  std::vector<char> run(std::string_view path) const;

  std::vector<Element> elements_;
  std::string prefix_;  // every match begins so
  std::string suffix_;  // every match ends so
  bool literal_ = false;
};

}  // namespace lade::containerfile
