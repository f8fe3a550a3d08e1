#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::containerfile {

/// A shell pattern as `${v#p}` and its kin take it: `*` for any characters, `?` for one, `\` before
/// one of these or before itself for the character. No bracket expressions, as in BuildKit.
/// Time is linear in the text for a given pattern.
class ShellPattern {
 public:
  enum class Length { shortest, longest };

  /// Throws `invalid` for a wrong escape.
  static ShellPattern parse(std::string_view text);

  /// `value` without what the pattern matches at its start, or at its end.
  std::string trim_prefix(std::string_view value, Length length) const;
  std::string trim_suffix(std::string_view value, Length length) const;
  /// `value` with the first match, or every one, replaced; a match is as long as can be.
  std::string replace(std::string_view value, std::string_view by, bool all) const;

 private:
  using Segment = std::vector<std::optional<char32_t>>;  // nothing stands for any one character
  struct Match {
    std::size_t begin;
    std::size_t end;
  };

  static bool fits(const Segment& segment, std::u32string_view text, std::size_t at);
  std::optional<std::size_t> match_at_start(std::u32string_view text, Length length) const;
  std::optional<Match> find(std::u32string_view text, std::size_t from) const;
  std::optional<std::size_t> finish(std::u32string_view text, std::size_t at, Length length) const;

  std::vector<Segment> segments_;  // what stands between the stars; one more than there are stars
};

}  // namespace lade::containerfile
