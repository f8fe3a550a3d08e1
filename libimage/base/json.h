#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade {

/// Keys keep the order they were written in, so what Lade authors reads as the specifications
/// print it and is the same bytes each time.
using Json = nlohmann::ordered_json;

inline constexpr std::size_t json_depth_limit = 64;

/// Strict: UTF-8, no duplicate keys, no depth beyond
/// `json_depth_limit`, nothing after the value. Throws `invalid` with line and column, named after
/// `what`.
Json parse_json(std::string_view text, std::string_view what);

/// Compact, as Go's encoder writes it (no spaces), without HTML escapes.
std::string to_compact(const Json& value);
/// Indented by two spaces.
std::string to_pretty(const Json& value);

// Typed access to a member of an object. `find_` answers nothing for absent and null; `get_` throws
// `invalid` for them. Both throw `invalid` for a wrong type, naming `what` and the key.
const Json* find_member(const Json& object, std::string_view key, std::string_view what);
std::optional<std::string> find_string(const Json& object, std::string_view key,
                                       std::string_view what);
std::string get_string(const Json& object, std::string_view key, std::string_view what);
std::optional<std::int64_t> find_int(const Json& object, std::string_view key,
                                     std::string_view what);
std::int64_t get_int(const Json& object, std::string_view key, std::string_view what);
std::optional<bool> find_bool(const Json& object, std::string_view key, std::string_view what);
/// Null and absent are the empty list.
std::vector<std::string> find_strings(const Json& object, std::string_view key,
                                      std::string_view what);
/// A member that must be an object or array if present; null counts as absent.
const Json* find_object(const Json& object, std::string_view key, std::string_view what);
const Json* find_array(const Json& object, std::string_view key, std::string_view what);

}  // namespace lade
