#pragma once

#include <string>
#include <string_view>

namespace lade::sbom {

/// "LicenseRef-NAME" for a licence that somebody calls `name` and the list does not know: its
/// letters, digits, "." and "-", everything else as one "-". If that says not all of it, or it is
/// longer than 64 bytes, the start of the name's SHA-256 follows, so different names stay apart.
std::string license_ref(std::string_view name);
/// Likewise "AdditionRef-NAME".
std::string addition_ref(std::string_view name);
/// "LicenseRef-text-HASH" for a text that is no known licence: the same for the same words, however
/// they are laid out.
std::string license_ref_of_text(std::string_view text);

}  // namespace lade::sbom
