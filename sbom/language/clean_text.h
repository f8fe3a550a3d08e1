#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lade::sbom {

/// `text` with every byte that is no UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// A field of foreign metadata as one line: valid UTF-8, runs of blanks and control characters as
/// one space, none at the ends, cut at `limit_bytes`.
std::string clean_line(std::string_view text, std::size_t limit_bytes = 4096);

/// Whether it can be the name or the version of a package: not empty, no blanks or control
/// characters, UTF-8, at most 512 bytes.
bool is_word(std::string_view text);

}  // namespace lade::sbom
