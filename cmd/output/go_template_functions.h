#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"

namespace lade::cmd::go_template {

/// Throws `invalid`, with a near name, unless there is such a function.
void require_function(std::string_view name);
/// Calls a function with its arguments, the piped one last. Throws `invalid`.
Json call_function(std::string_view name, const std::vector<Json>& arguments);

/// Is a value what `if` takes for true?
bool is_true(const Json& value);
/// As Go's %v prints it.
std::string to_text(const Json& value);
/// Go's Sprintf for the values there are.
std::string format_values(const std::vector<Json>& arguments);

}  // namespace lade::cmd::go_template
