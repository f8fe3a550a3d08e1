#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lade {

/// RFC 4648, section 5, without padding, as JSON Web Signatures have it (RFC 7515, 2).
std::string to_base64url(std::string_view bytes);
/// The bytes; nothing if `text` is not exactly what to_base64url would write of them.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace lade
