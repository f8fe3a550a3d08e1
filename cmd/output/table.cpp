#include "cmd/output/table.h"

#include <algorithm>
#include <cstdint>

#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

constexpr std::size_t gap = 3;

/// A character and its bytes; ill-formed bytes count as one character each.
struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

bool is_wide(std::uint32_t point) {
  struct Range {
    std::uint32_t first, last;
  };
  // the blocks of East Asian Wide characters and of emoji (Unicode Standard Annex 11)
  static constexpr Range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                                   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                                   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                   {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
  return std::any_of(std::begin(wide), std::end(wide),
                     [&](const Range& r) { return point >= r.first && point <= r.last; });
}

Character first_character(std::string_view text) {
  const auto head = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = head < 0xC0 ? 1 : head < 0xE0 ? 2 : head < 0xF0 ? 3 : 4;
  if (bytes == 1 || bytes > text.size()) return {};
  std::uint32_t point = head & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    point = point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  // combining marks stand on the character before
  if (point >= 0x300 && point <= 0x36F) return {bytes, 0};
  return {bytes, is_wide(point) ? std::size_t{2} : std::size_t{1}};
}

}  // namespace

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character next = first_character(text);
    width += next.columns;
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::string shorten(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (true) {
    const Character next = first_character(text.substr(bytes));
    if (columns + next.columns > width - 1) break;
    columns += next.columns;
    bytes += next.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

void Table::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::vector<std::string>> lines = rows_;
  if (!titles_.empty()) lines.insert(lines.begin(), titles_);
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    if (line.size() > widths.size()) widths.resize(line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(line[i]));
    }
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string space(widths[i] - width_of(line[i]), ' ');
      const bool right = std::find(right_.begin(), right_.end(), i) != right_.end();
      text += right ? space + line[i] : line[i];
      if (i + 1 < line.size()) text += (right ? "" : space) + std::string(gap, ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace lade::cmd
