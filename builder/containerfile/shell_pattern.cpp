// A pattern is cut at its stars into segments of fixed length. Because a star takes anything, it is
// enough to put each segment at the first place where it fits after the one before: if that leaves
// no room for the rest, no other choice does. The shortest match ends with the first place of the
// last segment, the longest with its last place. Nothing is ever tried twice, so there is no
// exponential case. A suffix is a prefix of the reversed value under the reversed pattern.
#include "builder/containerfile/shell_pattern.h"

#include <algorithm>

#include "builder/containerfile/runes.h"
#include "libimage/base/error.h"

namespace lade::containerfile {

ShellPattern ShellPattern::parse(std::string_view text) {
  ShellPattern pattern;
  pattern.segments_.emplace_back();
  const std::u32string runes = to_runes(text);
  for (std::size_t i = 0; i < runes.size(); ++i) {
    Segment& segment = pattern.segments_.back();
    if (runes[i] == U'*') {
      pattern.segments_.emplace_back();
    } else if (runes[i] == U'?') {
      segment.emplace_back(std::nullopt);
    } else if (runes[i] != U'\\') {
      segment.emplace_back(runes[i]);
    } else {
      const char32_t escaped = i + 1 < runes.size() ? runes[++i] : U'\0';
      if (std::u32string_view(U"*?\\}/").find(escaped) == std::u32string_view::npos) {
        fail(ErrorKind::invalid,
             "pattern {} has \"\\\" before something other than *, ?, \\, }} and /", quote(text));
      }
      segment.emplace_back(escaped);
    }
  }
  return pattern;
}

bool ShellPattern::fits(const Segment& segment, std::u32string_view text, std::size_t at) {
  if (segment.size() > text.size() - at) return false;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] && *segment[i] != text[at + i]) return false;
  }
  return true;
}

/// The end of a match whose first segment ends at `at`.
std::optional<std::size_t> ShellPattern::finish(std::u32string_view text, std::size_t at,
                                                Length length) const {
  for (std::size_t i = 1; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    if (segment.size() > text.size() - at) return std::nullopt;
    const std::size_t last = text.size() - segment.size();
    std::size_t place = at;
    if (i + 1 == segments_.size() && length == Length::longest) {
      place = last;
      while (place > at && !fits(segment, text, place)) --place;
    } else {
      while (place < last && !fits(segment, text, place)) ++place;
    }
    if (!fits(segment, text, place)) return std::nullopt;
    at = place + segment.size();
  }
  return at;
}

std::optional<std::size_t> ShellPattern::match_at_start(std::u32string_view text,
                                                        Length length) const {
  if (!fits(segments_.front(), text, 0)) return std::nullopt;
  return finish(text, segments_.front().size(), length);
}

std::optional<ShellPattern::Match> ShellPattern::find(std::u32string_view text,
                                                      std::size_t from) const {
  const Segment& first = segments_.front();
  for (std::size_t begin = from; begin + first.size() <= text.size(); ++begin) {
    if (!fits(first, text, begin)) continue;
    const auto end = finish(text, begin + first.size(), Length::longest);
    if (!end) return std::nullopt;
    return Match{begin, *end};
  }
  return std::nullopt;
}

std::string ShellPattern::trim_prefix(std::string_view value, Length length) const {
  const std::u32string text = to_runes(value);
  const auto end = match_at_start(text, length);
  return end ? to_utf8(std::u32string_view(text).substr(*end)) : std::string(value);
}

std::string ShellPattern::trim_suffix(std::string_view value, Length length) const {
  ShellPattern mirrored = *this;
  std::reverse(mirrored.segments_.begin(), mirrored.segments_.end());
  for (Segment& segment : mirrored.segments_) std::reverse(segment.begin(), segment.end());
  std::u32string text = to_runes(value);
  std::reverse(text.begin(), text.end());
  const auto end = mirrored.match_at_start(text, length);
  if (!end) return std::string(value);
  text.erase(0, *end);
  std::reverse(text.begin(), text.end());
  return to_utf8(text);
}

std::string ShellPattern::replace(std::string_view value, std::string_view by, bool all) const {
  const std::u32string text = to_runes(value);
  const std::u32string_view view = text;
  std::string result;
  std::size_t copied = 0;
  std::optional<std::size_t> behind_match;  // where nothing is part of the match before it
  while (const auto match = find(view, copied)) {
    result += to_utf8(view.substr(copied, match->begin - copied));
    if (match->begin != behind_match || match->begin != match->end) result += by;
    copied = match->end;
    behind_match = match->end;
    if (match->begin == match->end) {
      if (copied == text.size()) break;
      result += to_utf8(view.substr(copied++, 1));
    }
    if (!all) break;
  }
  return result + to_utf8(view.substr(copied));
}

}  // namespace lade::containerfile
