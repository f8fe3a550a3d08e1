#include "builder/containerfile/duration.h"

#include <cstddef>

namespace lade::containerfile {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
// "ms" before "m"; the two spellings of micro are U+00B5 and U+03BC
constexpr Unit units[] = {
    {"ns", 1},         {"us", 1'000},        {"\xc2\xb5s", 1'000},  {"\xce\xbcs", 1'000},
    {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Unit> take_unit(std::string_view& text) {
  for (const Unit& unit : units) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return unit;
    }
  }
  return std::nullopt;
}

/// Takes "12.5m" from the start of `text`.
std::optional<std::int64_t> take_part(std::string_view& text) {
  std::int64_t whole = 0;
  double fraction = 0;
  std::size_t digits = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
    if (__builtin_mul_overflow(whole, std::int64_t{10}, &whole)) return std::nullopt;
    if (__builtin_add_overflow(whole, std::int64_t{text.front() - '0'}, &whole))
      return std::nullopt;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    for (double weight = 0.1; !text.empty() && is_digit(text.front());
         text.remove_prefix(1), weight /= 10, ++digits) {
      fraction += weight * (text.front() - '0');
    }
  }
  const auto unit = digits == 0 ? std::nullopt : take_unit(text);
  if (!unit || __builtin_mul_overflow(whole, unit->ns, &whole)) return std::nullopt;
  const auto rest = static_cast<std::int64_t>(fraction * static_cast<double>(unit->ns) + 0.5);
  if (__builtin_add_overflow(whole, rest, &whole)) return std::nullopt;
  return whole;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  }
  return negative ? -total : total;
}

}  // namespace lade::containerfile
