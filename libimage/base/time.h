#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lade {

/// A moment: seconds since 1970 UTC (may be negative) and 0..999,999,999 ns.
struct Timestamp {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;

  auto operator<=>(const Timestamp&) const = default;
};

/// RFC 3339 in UTC, as Go writes it: fraction only as long as needed, "Z".
std::string to_rfc3339(Timestamp time);
/// Any RFC 3339 time, with offset and fraction; nothing if it is not one.
std::optional<Timestamp> parse_rfc3339(std::string_view text);
/// "3 hours ago", as docker and podman say it.
std::string age_in_words(Timestamp then, Timestamp now);

}  // namespace lade
