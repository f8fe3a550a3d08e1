#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lade {

/// The parts between `separator`s; "a,,b" has three, "" has one.
std::vector<std::string> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
/// ASCII only.
std::string to_lower(std::string_view text);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// Nothing but lower-case hex digits, and be it nothing at all.
bool is_hex(std::string_view text);
std::string to_hex(std::span<const std::byte> bytes);
/// Nothing unless `text` is an even number of lower- or upper-case hex digits.
std::optional<std::vector<std::byte>> from_hex(std::string_view text);

/// Decimal, nothing around it, in range.
std::optional<std::int64_t> parse_int(std::string_view text);

/// "12.3 kB" as docker and podman print sizes: powers of 1000, three significant digits.
std::string human_size(std::uint64_t size_bytes);

/// The candidate that a person who typed `word` probably meant, if one is close enough.
std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string_view> candidates);

/// Text safe for one line of a terminal: control bytes but tabs, and invalid UTF-8, as \xNN.
std::string printable(std::string_view text);

}  // namespace lade
