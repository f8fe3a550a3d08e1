#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lade::signing {

/// A basic string of TOML, with quotes.
std::string toml_string(std::string_view text);
/// `["a", "b"]`.
std::string toml_list(std::span<const std::string> texts);

}  // namespace lade::signing
