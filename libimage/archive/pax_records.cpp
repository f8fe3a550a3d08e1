#include "libimage/archive/pax_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace lade {
namespace {

/// The length of a record, which counts its own digits.
std::size_t record_bytes(std::size_t text_bytes) {
  std::size_t digits = 1;
  while (fmt::formatted_size("{}", text_bytes + digits) > digits) ++digits;
  return text_bytes + digits;
}

/// How many bytes the character at the front of `text` has; 0 if it is none.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  // longer than needed, surrogates, beyond U+10FFFF
  const unsigned second = byte(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) {
    return 0;
  }
  return length;
}

}  // namespace

std::string encode_pax(const PaxRecords& records) {
  std::string text;
  for (const auto& [keyword, value] : records) {
    const std::size_t length = record_bytes(keyword.size() + value.size() + 3);
    fmt::format_to(std::back_inserter(text), "{} {}=", length, keyword);
    text += value;
    text += '\n';
  }
  return text;
}

std::string pax_time(Timestamp time) {
  if (time.nanoseconds == 0) return fmt::format("{}", time.seconds);
  // -1.25 s is kept as -2 s and 0.75 s
  const bool negative = time.seconds < 0;
  const std::int64_t seconds = negative ? -(time.seconds + 1) : time.seconds;
  const std::int32_t fraction = negative ? 1'000'000'000 - time.nanoseconds : time.nanoseconds;
  std::string text = fmt::format("{}{}.{:09}", negative ? "-" : "", seconds, fraction);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_bytes(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace lade
