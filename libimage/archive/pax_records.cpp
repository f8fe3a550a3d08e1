#include "libimage/archive/pax_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "libimage/archive/ustar.h"
#include "libimage/base/text.h"

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

/// An octal field; nothing if it is none.
std::optional<std::uint64_t> octal_of(std::string_view field) {
  const std::string_view digits = field.substr(0, field.find_last_of("01234567") + 1);
  std::uint64_t value = 0;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

/// The value of a keyword's last record in the body of an extended header.
std::optional<std::string> find_record(std::string_view records, std::string_view keyword) {
  std::optional<std::string> found;
  while (!records.empty()) {
    const auto blank = records.find(' ');
    const auto length = parse_int(records.substr(0, blank));
    if (!length || *length <= 0 || static_cast<std::uint64_t>(*length) > records.size()) break;
    std::string_view record = records.substr(0, static_cast<std::size_t>(*length));
    records.remove_prefix(record.size());
    if (blank >= record.size()) break;
    record = record.substr(blank + 1);
    if (record.ends_with('\n')) record.remove_suffix(1);
    if (record.starts_with(keyword) && record.substr(keyword.size()).starts_with('=')) {
      found = record.substr(keyword.size() + 1);
    }
  }
  return found;
}

}  // namespace

std::optional<std::string> find_pax(std::string_view headers, std::string_view keyword) {
  std::optional<std::string> found;
  while (headers.size() >= ustar::block_bytes) {
    const std::string_view block = headers.substr(0, ustar::block_bytes);
    const char type = block[ustar::type.offset];
    const bool extends = type == 'x' || type == 'X';
    if (!extends && type != 'g' && type != 'L' && type != 'K') break;
    const auto size = octal_of(ustar::get(std::span(block), ustar::size));
    headers.remove_prefix(ustar::block_bytes);
    if (!size || *size > headers.size()) break;
    const auto size_bytes = static_cast<std::size_t>(*size);
    if (extends) {
      if (auto value = find_record(headers.substr(0, size_bytes), keyword)) found = value;
    }
    headers.remove_prefix(std::min(headers.size(), size_bytes + ustar::padding_bytes(size_bytes)));
  }
  return found;
}

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
