#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/time.h"

namespace lade {

/// The records of one pax extended header (POSIX.1-2017, pax, "pax Extended Header"), by keyword.
using PaxRecords = std::map<std::string, std::string>;

/// "<length> <keyword>=<value>\n" for each, in the order of the keywords.
std::string encode_pax(const PaxRecords& records);
/// The value that the extended headers in front of a member give a keyword: the last one. `headers`
/// is whole blocks, from the first of them on; what is malformed is passed over.
std::optional<std::string> find_pax(std::string_view headers, std::string_view keyword);
/// Decimal seconds, with a fraction only as long as needed.
std::string pax_time(Timestamp time);
bool is_ascii(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace lade
