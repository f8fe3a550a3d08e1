#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/json.h"
#include "libimage/base/time.h"

namespace lade::sbom {

/// The member whatever it is; null if there is none, or `value` is no object.
const Json& json_member(const Json& value, std::string_view key);
/// The same, and an empty list if it is no list.
const Json& members_of(const Json& value, std::string_view key);
/// The same of a member that must be a list of objects if it is there: `invalid` otherwise.
const Json& list(const Json& object, std::string_view key, const std::string& what);
/// RFC 3339; `invalid` for another text.
std::optional<Timestamp> find_time(const Json& object, std::string_view key,
                                   const std::string& what);
/// A text that may be missing or something else: empty then.
std::string text_member(const Json& value, std::string_view key);

}  // namespace lade::sbom
