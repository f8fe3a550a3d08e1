#pragma once

#include <string>
#include <string_view>

namespace lade {

/// A URL as it may be shown and recorded: without "user:password@".
std::string without_userinfo(std::string_view url);

/// A value of a query: every byte but letters, digits and "-._~" as %XX (RFC 3986 2.1).
std::string percent_encode(std::string_view text);
/// The bytes that %XX stand for; what is no such sequence stays.
std::string percent_decode(std::string_view text);

}  // namespace lade
