#pragma once

#include <string_view>

namespace lade {

/// Proves that bytes are a toc of this version whose every record can be read without another check
/// (docs/formats.md, "toc", says what holds). `corrupt` if not, `unsupported` for another version;
/// `what` names the bytes.
void check_toc(std::string_view bytes, std::string_view what);

}  // namespace lade
