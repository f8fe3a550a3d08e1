#include "sbom/language/clean_text.h"

#include <algorithm>

namespace lade::sbom {
namespace {

bool is_byte_in(std::string_view text, std::size_t at, unsigned low, unsigned high) {
  if (at >= text.size()) return false;
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte >= low && byte <= high;
}

/// Bytes of the character at `at` (Unicode 15, table 3-7); 0 if there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (!is_byte_in(text, at + 1, low, high)) return 0;
  if (lead < 0xe0) return 2;
  if (!is_byte_in(text, at + 2, 0x80, 0xbf)) return 0;
  if (lead < 0xf0) return 3;
  return is_byte_in(text, at + 3, 0x80, 0xbf) ? 4 : 0;
}

bool is_blank(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    if (length == 0) {
      valid += "\xef\xbf\xbd";
      ++at;
    } else {
      valid.append(text.substr(at, length));
      at += length;
    }
  }
  return valid;
}

std::string clean_line(std::string_view text, std::size_t limit_bytes) {
  const bool is_cut = text.size() > limit_bytes;
  if (is_cut) {
    text = text.substr(0, limit_bytes);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80) {
      text.remove_suffix(1);
    }
    // the lead of what was cut off
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0) text.remove_suffix(1);
  }
  std::string line;
  for (const char c : valid_utf8(text)) {
    if (!is_blank(c)) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 512 && std::none_of(text.begin(), text.end(), is_blank) &&
         valid_utf8(text) == text;
}

}  // namespace lade::sbom
