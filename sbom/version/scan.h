#pragma once

#include <algorithm>
#include <compare>
#include <string_view>

namespace lade::sbom {

// Characters of versions are ASCII, whatever the locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Takes the longest prefix of characters that `belongs` from `rest`.
template <class Predicate>
std::string_view take_while(std::string_view& rest, Predicate belongs) {
  const auto end = std::find_if_not(rest.begin(), rest.end(), belongs);
  const std::string_view taken = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(taken.size());
  return taken;
}

inline std::string_view take_digits(std::string_view& rest) { return take_while(rest, is_digit); }

/// Takes `c` if `rest` begins with it.
inline bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

/// Takes what stands before the first of `separators` and that; all if there is none. Nobody asks
/// when `rest` is empty, and an empty part behind the last separator is not told of.
inline std::string_view take_part(std::string_view& rest, std::string_view separators) {
  const std::size_t end = std::min(rest.find_first_of(separators), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

template <class Predicate>
bool all_of(std::string_view text, Predicate belongs) {
  return std::all_of(text.begin(), text.end(), belongs);
}

inline bool is_number(std::string_view text) { return !text.empty() && all_of(text, is_digit); }

inline std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

/// Of strings of nothing but digits, of whatever length; none at all are 0.
inline std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  a = without_leading_zeros(a);
  b = without_leading_zeros(b);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

/// By bytes, but A as a.
inline std::weak_ordering compare_without_case(std::string_view a, std::string_view b) {
  return std::lexicographical_compare_three_way(
      a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return static_cast<unsigned char>(lower(x)) <=> static_cast<unsigned char>(lower(y));
      });
}

/// Whether a part of a dotted list is a sequence of [0-9A-Za-z-], and so are all others.
inline bool are_identifiers(std::string_view text) {
  bool empty = true;
  for (const char c : text) {
    if (c == '.') {
      if (empty) return false;
      empty = true;
      continue;
    }
    if (!is_alnum(c) && c != '-') return false;
    empty = false;
  }
  return !empty;
}

/// For what is parsed before it is compared: what cannot be is before what can.
template <class Parsed, class Compare>
std::weak_ordering compare_parsed(const Parsed& a, const Parsed& b, std::string_view text_a,
                                  std::string_view text_b, Compare compare) {
  if (a && b) return compare(*a, *b);
  if (a || b) return a ? std::weak_ordering::greater : std::weak_ordering::less;
  return text_a <=> text_b;
}

}  // namespace lade::sbom
