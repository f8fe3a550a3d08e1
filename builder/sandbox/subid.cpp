#include "builder/sandbox/subid.h"

#include <algorithm>
#include <optional>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::builder {
namespace {

std::optional<std::uint32_t> find_u32(std::string_view text) {
  const auto number = parse_int(text);
  if (!number || *number < 0 || *number > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

}  // namespace

std::vector<IdRange> subordinate_ranges(std::string_view text, std::string_view login,
                                        std::uint32_t id) {
  std::vector<IdRange> ranges;
  std::uint64_t next = 1;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> fields = split(trim(line), ':');
    if (fields.size() != 3) continue;
    const bool is_ours = (!login.empty() && fields[0] == login) || fields[0] == std::to_string(id);
    const auto start = find_u32(fields[1]);
    const auto count = find_u32(fields[2]);
    if (!is_ours || !start || !count || *count == 0) continue;
    const bool fits = std::uint64_t{*start} + *count <= UINT32_MAX && next + *count <= UINT32_MAX;
    if (!fits) continue;
    ranges.push_back({static_cast<std::uint32_t>(next), *start, *count});
    next += *count;
  }
  return ranges;
}

std::vector<IdRange> parse_id_map(std::string_view text) {
  std::vector<IdRange> ranges;
  for (const std::string& line : split(text, '\n')) {
    std::vector<std::uint32_t> numbers;
    for (const std::string& field : split(line, ' ')) {
      if (const auto number = find_u32(trim(field))) numbers.push_back(*number);
    }
    if (numbers.size() == 3) ranges.push_back({numbers[0], numbers[1], numbers[2]});
  }
  return ranges;
}

std::string format_id_map(const std::vector<IdRange>& ranges) {
  std::string text;
  for (const IdRange& range : ranges) {
    text += fmt::format("{} {} {}\n", range.inside, range.outside, range.count);
  }
  return text;
}

bool is_mapped(const std::vector<IdRange>& ranges, std::uint32_t id) {
  return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const IdRange& range) {
           return id >= range.inside && id - range.inside < range.count;
         });
}

}  // namespace lade::builder
