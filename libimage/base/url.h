#pragma once

#include <string>
#include <string_view>

namespace lade {

/// A URL as it may be shown and recorded: without "user:password@".
std::string without_userinfo(std::string_view url);

}  // namespace lade
