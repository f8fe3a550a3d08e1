#pragma once

#include <string>
#include <string_view>

#include "libimage/base/json.h"

namespace lade::sbom {

/// Reads JSON as the tools do that wrote or will read a package's metadata: a byte order mark is
/// passed over, bytes that are no UTF-8 are replaced, of keys that occur twice the last one counts.
/// `invalid` with line and column, named after `what`, for anything else that is no JSON and for
/// more depth than `json_depth_limit`.
Json parse_lenient_json(std::string_view text, std::string_view what);

// A member of what may be anything; empty or null where it is absent or of another type, since one
// odd field of a package must not hide the package.

/// The member as it is; null if there is none.
const Json& member_of(const Json& value, std::string_view key);
/// clean_line of a string.
std::string text_of(const Json& value, std::string_view key);

}  // namespace lade::sbom
