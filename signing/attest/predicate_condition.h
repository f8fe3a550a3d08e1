#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/json.h"

namespace lade::signing {

/// All values that a path (as below) leads to.
std::vector<const Json*> values_at(const Json& predicate, std::string_view path);

/// The text that a path leads to first; empty if there is none, or it is something else.
std::string text_at(const Json& predicate, std::string_view path);

/// "PATH=VALUE", "PATH!=VALUE" or "PATH~PATTERN" (RE2, anywhere in it): PATH is the names of
/// members with dots between them, numbers for elements of lists, * for any of them; a list of
/// conditions must all hold. The answer is what is not as wanted, in words. Throws `invalid`.
std::function<std::optional<std::string>(const Json&)> parse_conditions(
    const std::vector<std::string>& texts, std::string_view flag);

}  // namespace lade::signing
