#include "libimage/archive/ustar.h"

#include <algorithm>

namespace lade::ustar {
namespace {

/// The sum of all bytes, those of the checksum counted as spaces.
template <class Byte>
std::int64_t sum_of(std::span<const char> block) {
  std::int64_t sum = 0;
  for (const char byte : block) sum += static_cast<Byte>(byte);
  for (const char byte : get(block, checksum)) sum += ' ' - static_cast<Byte>(byte);
  return sum;
}

/// The digits of an octal field, without what may stand around them.
std::string_view digits_of(std::string_view field) {
  constexpr std::string_view around(" \0", 2);
  const std::size_t begin = std::min(field.find_first_not_of(around), field.size());
  field.remove_prefix(begin);
  return field.substr(0, field.find_first_of(around));
}

}  // namespace

void put_text(Block& block, Field field, std::string_view text) {
  std::copy_n(text.begin(), std::min(text.size(), field.size), block.begin() + field.offset);
}

bool put_number(Block& block, Field field, std::uint64_t value) {
  const std::size_t digits = field.size - 1;
  const bool fits = value >> (3 * digits) == 0;
  if (!fits) value = 0;
  for (std::size_t i = digits; i-- > 0; value >>= 3U) {
    block[field.offset + i] = static_cast<char>('0' + (value & 7U));
  }
  return fits;
}

void seal(Block& block) {
  const auto sum = static_cast<std::uint64_t>(sum_of<unsigned char>(block));
  put_number(block, {checksum.offset, checksum.size - 1}, sum);
  block[checksum.offset + checksum.size - 1] = ' ';
}

bool is_sealed(std::span<const char> block) {
  std::int64_t wanted = 0;
  for (const char digit : digits_of(get(block, checksum))) {
    if (digit < '0' || digit > '7') return false;
    wanted = wanted * 8 + (digit - '0');
  }
  return wanted == sum_of<unsigned char>(block) || wanted == sum_of<signed char>(block);
}

bool is_number(std::span<const char> block, Field field) {
  const std::string_view text = get(block, field);
  const auto first = static_cast<unsigned char>(text.front());
  if ((first & 0x80U) != 0) return (first & 0x40U) == 0;
  const std::string_view digits = digits_of(text);
  return std::all_of(digits.begin(), digits.end(),
                     [](char digit) { return digit >= '0' && digit <= '7'; });
}

}  // namespace lade::ustar
