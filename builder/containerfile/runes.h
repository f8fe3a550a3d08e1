#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lade::containerfile {

/// One character of a text: its code point and how many bytes it takes. A byte that begins no valid
/// UTF-8 sequence stands for itself: one byte, code point U+FFFD.
struct Rune {
  char32_t code = 0;
  std::size_t size_bytes = 1;
};

/// The character at `position`, which must lie inside `text`.
Rune rune_at(std::string_view text, std::size_t position);
/// The whole text as code points.
std::u32string to_runes(std::string_view text);
/// The code points as UTF-8.
std::string to_utf8(std::u32string_view runes);

/// White space as Unicode has it, which is what separates words.
bool is_space(char32_t code);
/// A character that can stand in the name of a variable; above ASCII everything that is not a
/// space, punctuation or a symbol.
bool is_name_rune(char32_t code);
/// Whether Go's `%q` shows the character as it is.
bool is_graphic(char32_t code);

/// The text without white space at its ends.
std::string_view trim_spaces(std::string_view text);
std::string_view trim_leading_spaces(std::string_view text);

/// ASCII only.
std::string to_upper(std::string_view text);

/// The text as a Go string literal (`%q`).
std::string quote(std::string_view text);

}  // namespace lade::containerfile
