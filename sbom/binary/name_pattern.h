#pragma once

#include <string_view>

namespace lade::sbom {

/// Whether a name is what the pattern says, in which "*" stands for any characters. Linear in the
/// product of both lengths.
bool matches_name(std::string_view pattern, std::string_view name);

/// The same for any of several patterns with blanks between them.
bool matches_any_name(std::string_view patterns, std::string_view name);

}  // namespace lade::sbom
