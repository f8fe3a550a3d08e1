// A pattern is a list of elements, and so a nondeterministic automaton with one state before each
// and one at the end. All states that are reachable are kept at once while the path is read, so
// there is no backtracking, and time is at most elements times characters. A star is a state with a
// loop; `**/` is one that may be passed at once or left behind any slash. Most patterns are
// settled before by the fixed text they begin and end with.
#include "builder/containerfile/path_pattern.h"

#include <algorithm>

#include "builder/containerfile/runes.h"
#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

[[noreturn]] void fail_bad(std::string_view whole, std::string_view reason) {
  fail(ErrorKind::invalid, "bad pattern {}: {}", quote(whole), reason);
}

}  // namespace

PathPattern PathPattern::glob(std::string_view text) { return parse(text, false); }
PathPattern PathPattern::ignore(std::string_view text) { return parse(text, true); }

bool PathPattern::has_wildcards(std::string_view text) {
  return text.find_first_of("*?[\\") != std::string_view::npos;
}

PathPattern PathPattern::parse(std::string_view text, bool double_star) {
  PathPattern pattern;
  const std::u32string runes = to_runes(text);
  for (std::size_t i = 0; i < runes.size(); ++i) {
    const char32_t code = runes[i];
    if (code == U'*' && double_star && i + 1 < runes.size() && runes[i + 1] == U'*') {
      ++i;
      if (i + 1 < runes.size() && runes[i + 1] == U'/') ++i;
      const bool last = i + 1 == runes.size();
      pattern.elements_.push_back({last ? Kind::everything : Kind::directories, 0, false, {}});
    } else if (code == U'*') {
      pattern.elements_.push_back({Kind::star, 0, false, {}});
    } else if (code == U'?') {
      pattern.elements_.push_back({Kind::any, 0, false, {}});
    } else if (code == U'[') {
      i = pattern.add_set(runes, i + 1, text);
    } else if (code == U'\\') {
      if (i + 1 == runes.size()) fail_bad(text, "it ends in a backslash");
      pattern.elements_.push_back({Kind::literal, runes[++i], false, {}});
    } else {
      pattern.elements_.push_back({Kind::literal, code, false, {}});
    }
  }
  pattern.find_fixed_parts();
  return pattern;
}

/// Reads a set whose "[" stands before `at`; the place of its "]".
std::size_t PathPattern::add_set(std::u32string_view text, std::size_t at, std::string_view whole) {
  Element set{Kind::set, 0, false, {}};
  const auto peek = [&] { return at < text.size() ? text[at] : U'\0'; };
  const auto take = [&] {
    if (at >= text.size()) fail_bad(whole, "\"[\" without \"]\"");
    if (peek() == U'-' || peek() == U']') fail_bad(whole, "a set has an empty range");
    if (peek() == U'\\') ++at;
    if (at >= text.size()) fail_bad(whole, "\"[\" without \"]\"");
    return text[at++];
  };
  set.negated = peek() == U'^';
  if (set.negated) ++at;
  while (set.intervals.empty() || peek() != U']') {
    const char32_t first = take();
    char32_t last = first;
    if (peek() == U'-') {
      ++at;
      last = take();
    }
    set.intervals.push_back({first, last});
  }
  elements_.push_back(std::move(set));
  return at;
}

void PathPattern::find_fixed_parts() {
  const auto is_fixed = [](const Element& element) { return element.kind == Kind::literal; };
  const auto text_of = [](auto begin, auto end) {
    std::u32string runes;
    for (auto i = begin; i != end; ++i) runes += i->code;
    return runes;
  };
  // U+FFFD also stands for bytes that are no characters, so it cannot be compared as bytes
  const auto is_comparable = [&](const Element& element) {
    return is_fixed(element) && element.code != 0xfffd;
  };
  const auto head = std::find_if_not(elements_.begin(), elements_.end(), is_comparable);
  prefix_ = to_utf8(text_of(elements_.begin(), head));
  literal_ = head == elements_.end();
  const auto tail = std::find_if_not(elements_.rbegin(), elements_.rend(), is_comparable).base();
  suffix_ = literal_ ? "" : to_utf8(text_of(tail, elements_.end()));
}

bool PathPattern::accepts(const Element& element, char32_t code) const {
  switch (element.kind) {
    case Kind::literal:
      return element.code == code;
    case Kind::any:
    case Kind::star:
      return code != U'/';
    case Kind::everything:
    case Kind::directories:
      return true;
    case Kind::set:
      break;
  }
  const bool inside = std::any_of(
      element.intervals.begin(), element.intervals.end(),
      [&](const Interval& interval) { return code >= interval.first && code <= interval.last; });
  return inside != element.negated;
}

/// Marks `state` and those that are reached from it without reading.
void PathPattern::enter(std::vector<char>& states, std::size_t state) const {
  for (; states[state] != 1; ++state) {
    states[state] = 1;
    if (state == elements_.size()) return;
    const Kind kind = elements_[state].kind;
    if (kind != Kind::star && kind != Kind::everything && kind != Kind::directories) return;
  }
}

/// The states after the whole path: 1 if entered, 2 if inside a `**/` that was begun before.
std::vector<char> PathPattern::run(std::string_view path) const {
  std::vector<char> now(elements_.size() + 1, 0);
  std::vector<char> next(now.size(), 0);
  enter(now, 0);
  for (std::size_t i = 0; i < path.size();) {
    const Rune rune = rune_at(path, i);
    i += rune.size_bytes;
    std::fill(next.begin(), next.end(), 0);
    bool alive = false;
    for (std::size_t state = 0; state < elements_.size(); ++state) {
      const Element& element = elements_[state];
      if (now[state] == 0 || !accepts(element, rune.code)) continue;
      alive = true;
      if (element.kind == Kind::star || element.kind == Kind::everything) {
        enter(next, state);
      } else if (element.kind != Kind::directories) {
        enter(next, state + 1);
      } else {
        if (next[state] == 0) next[state] = 2;
        if (rune.code == U'/') enter(next, state + 1);
      }
    }
    if (!alive) return next;
    now.swap(next);
  }
  return now;
}

bool PathPattern::matches(std::string_view path) const {
  if (literal_) return path == prefix_;
  if (!path.starts_with(prefix_) || !path.ends_with(suffix_)) return false;
  return run(path).back() != 0;
}

bool PathPattern::could_match_below(std::string_view directory) const {
  std::string below(directory);
  below += '/';
  const std::size_t shared = std::min(prefix_.size(), below.size());
  if (prefix_.compare(0, shared, below, 0, shared) != 0) return false;
  // some state other than the end is alive, so that a longer path may still match
  const std::vector<char> states = run(below);
  return std::any_of(states.begin(), states.end() - 1, [](char state) { return state != 0; });
}

}  // namespace lade::containerfile
