#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lade::containerfile {

/// The fields of one comma-separated record; a field in double quotes may hold commas, and a quote
/// written twice (RFC 4180). Throws `invalid` for a quote that is out of place or never closed.
std::vector<std::string> split_record(std::string_view record);

/// Reads what Go's `ParseBool` reads: 1 t T TRUE true True 0 f F FALSE false False. Throws
/// `invalid`, naming `key`.
bool parse_boolean(std::string_view key, std::string_view value);

}  // namespace lade::containerfile
