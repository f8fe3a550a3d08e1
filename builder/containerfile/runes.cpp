#include "builder/containerfile/runes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace lade::containerfile {
namespace {

constexpr char32_t replacement = 0xfffd;

struct Interval {
  char32_t first;
  char32_t last;
};

bool lies_in(char32_t code, const Interval* begin, const Interval* end) {
  return std::any_of(begin, end,
                     [&](const Interval& i) { return code >= i.first && code <= i.last; });
}

// those above ASCII
constexpr Interval spaces[] = {{0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
                               {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
                               {0x205f, 0x205f}, {0x3000, 0x3000}};

// blocks of punctuation and symbols; what is left above ASCII are letters, digits and marks
constexpr Interval symbols[] = {
    {0x80, 0xa9},     {0xab, 0xb4},      {0xb6, 0xb9},     {0xbb, 0xbf},     {0xd7, 0xd7},
    {0xf7, 0xf7},     {0x1680, 0x1680},  {0x2000, 0x206f}, {0x20a0, 0x20cf}, {0x2190, 0x2bff},
    {0x3000, 0x3004}, {0x3008, 0x3020},  {0xd800, 0xf8ff}, {0xfe00, 0xfe6f}, {0xff00, 0xff0f},
    {0xfff0, 0xffff}, {0x1f000, 0x1faff}};

constexpr Interval unprintable[] = {
    {0x00, 0x1f},     {0x7f, 0xa0},     {0xad, 0xad},       {0x1680, 0x1680}, {0x2000, 0x200f},
    {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},   {0xd800, 0xf8ff}, {0xfeff, 0xfeff},
    {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0x10ffff}};

}  // namespace

Rune rune_at(std::string_view text, std::size_t position) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead < 0xc2   ? 0
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                           : lead < 0xf5 ? 4
                                         : 0;
  if (size == 0 || size > text.size() - position) return {replacement, 1};
  char32_t code = lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {replacement, 1};
    code = code << 6 | (byte(i) & 0x3fU);
  }
  const bool too_long = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (too_long || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return {replacement, 1};
  return {code, size};
}

std::u32string to_runes(std::string_view text) {
  std::u32string runes;
  runes.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = rune_at(text, i);
    runes += rune.code;
    i += rune.size_bytes;
  }
  return runes;
}

std::string to_utf8(std::u32string_view runes) {
  std::string text;
  text.reserve(runes.size());
  const auto tail = [&](char32_t code, int shift) {
    text += static_cast<char>(0x80 | (code >> shift & 0x3f));
  };
  for (const char32_t code : runes) {
    if (code < 0x80) {
      text += static_cast<char>(code);
    } else if (code < 0x800) {
      text += static_cast<char>(0xc0 | code >> 6);
      tail(code, 0);
    } else if (code < 0x10000) {
      text += static_cast<char>(0xe0 | code >> 12);
      tail(code, 6);
      tail(code, 0);
    } else {
      text += static_cast<char>(0xf0 | code >> 18);
      tail(code, 12);
      tail(code, 6);
      tail(code, 0);
    }
  }
  return text;
}

bool is_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= 0x09 && code <= 0x0d);
  return lies_in(code, std::begin(spaces), std::end(spaces));
}

bool is_name_rune(char32_t code) {
  if (code < 0x80) {
    return code == '_' || (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
           (code >= 'A' && code <= 'Z');
  }
  return !lies_in(code, std::begin(symbols), std::end(symbols));
}

bool is_graphic(char32_t code) {
  return !lies_in(code, std::begin(unprintable), std::end(unprintable));
}

std::string_view trim_leading_spaces(std::string_view text) {
  while (!text.empty()) {
    const Rune rune = rune_at(text, 0);
    if (!is_space(rune.code)) break;
    text.remove_prefix(rune.size_bytes);
  }
  return text;
}

std::string_view trim_spaces(std::string_view text) {
  text = trim_leading_spaces(text);
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = rune_at(text, i);
    i += rune.size_bytes;
    if (!is_space(rune.code)) end = i;
  }
  return text.substr(0, end);
}

std::string to_upper(std::string_view text) {
  std::string raised(text);
  for (char& c : raised) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return raised;
}

std::string quote(std::string_view text) {
  constexpr std::string_view letters = "abtnvfr";  // one for each of `controls`
  constexpr std::string_view controls = "\a\b\t\n\v\f\r";
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = rune_at(text, i);
    const std::size_t control =
        rune.code < 0x80 ? controls.find(static_cast<char>(rune.code)) : controls.npos;
    if (rune.code == replacement && rune.size_bytes == 1) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i]));
    } else if (control != controls.npos) {
      quoted += '\\';
      quoted += letters[control];
    } else if (rune.code == '"' || rune.code == '\\') {
      quoted += '\\';
      quoted += static_cast<char>(rune.code);
    } else if (is_graphic(rune.code)) {
      quoted += text.substr(i, rune.size_bytes);
    } else if (rune.code < 0x80) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned>(rune.code));
    } else if (rune.code < 0x10000) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(rune.code));
    } else {
      quoted += fmt::format("\\U{:08x}", static_cast<unsigned>(rune.code));
    }
    i += rune.size_bytes;
  }
  return quoted + '"';
}

}  // namespace lade::containerfile
