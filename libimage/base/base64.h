#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lade {

/// RFC 4648, section 4: the standard alphabet, padded, in one line.
std::string to_base64(std::string_view bytes);
/// The bytes; nothing if `text` is not exactly what to_base64 would write of them.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace lade
