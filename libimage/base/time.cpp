#include "libimage/base/time.h"

#include <fmt/format.h>

#include <chrono>

namespace lade {

std::string to_rfc3339(Timestamp time) {
  using namespace std::chrono;
  const sys_seconds moment{seconds{time.seconds}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss clock{moment - day};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int{date.year()}, unsigned{date.month()},
                  unsigned{date.day()}, clock.hours().count(), clock.minutes().count(),
                  clock.seconds().count());
  if (time.nanoseconds != 0) {
    std::string fraction = fmt::format("{:09}", time.nanoseconds);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += "." + fraction;
  }
  return text + "Z";
}

namespace {

/// Takes `count` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::int32_t take_fraction(std::string_view& text) {
  std::int32_t value = 0;
  std::int32_t unit = 100'000'000;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    value += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return value;
}

/// The zone at the end, in seconds east of UTC.
std::optional<int> parse_zone(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.empty()) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  return sign * (*hours * 3600 + *minutes * 60);
}

}  // namespace

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto years = take_digits(text, 4);
  if (!years || !take(text, "-")) return std::nullopt;
  const auto months = take_digits(text, 2);
  if (!months || !take(text, "-")) return std::nullopt;
  const auto day_number = take_digits(text, 2);
  if (!day_number || !take(text, "Tt ")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ":")) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second) return std::nullopt;
  std::int32_t fraction = 0;
  if (take(text, ".")) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    fraction = take_fraction(text);
  }
  const auto zone = parse_zone(text);
  const year_month_day date{year{*years}, month{static_cast<unsigned>(*months)},
                            day{static_cast<unsigned>(*day_number)}};
  if (!zone || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const auto days_since = sys_days{date}.time_since_epoch().count();
  return Timestamp{std::int64_t{days_since} * 86400 + *hour * 3600 + *minute * 60 + *second - *zone,
                   fraction};
}

std::string age_in_words(Timestamp then, Timestamp now) {
  const std::int64_t age = now.seconds - then.seconds;
  const auto words = [](std::int64_t count, std::string_view unit) {
    return fmt::format("{} {}{} ago", count, unit, count == 1 ? "" : "s");
  };
  if (age < 1) return "just now";
  if (age < 60) return words(age, "second");
  if (age < 3600) return words(age / 60, "minute");
  if (age < 48 * 3600) return words(age / 3600, "hour");
  if (age < 14 * 86400) return words(age / 86400, "day");
  if (age < 60 * 86400) return words(age / (7 * 86400), "week");
  if (age < 730LL * 86400) return words(age / (30 * 86400), "month");
  return words(age / (365 * 86400), "year");
}

}  // namespace lade
