#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lade::containerfile {

/// A time span as Go writes it ("1h30m", "1.5s", "300ms", "0"), in nanoseconds; nothing if it is
/// none or does not fit.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace lade::containerfile
