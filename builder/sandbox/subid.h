#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lade::builder {

/// A run of ids: `count` ids from `inside` in a user namespace are those from `outside` in its
/// parent.
struct IdRange {
  std::uint32_t inside = 0;
  std::uint32_t outside = 0;
  std::uint32_t count = 0;

  bool operator==(const IdRange&) const = default;
};

/// The ranges that subuid(5) or subgid(5) text grants to a user, known by login name or by number:
/// laid one after another from id 1 inside, so that id 0 is left for the user. Lines that do not
/// parse are passed over.
std::vector<IdRange> subordinate_ranges(std::string_view text, std::string_view login,
                                        std::uint32_t id);

/// The ranges of /proc/<pid>/uid_map text.
std::vector<IdRange> parse_id_map(std::string_view text);
/// The reverse: one "inside outside count" line per range.
std::string format_id_map(const std::vector<IdRange>& ranges);
/// Whether an id inside is mapped; no ranges means no user namespace, where every id is.
bool is_mapped(const std::vector<IdRange>& ranges, std::uint32_t id);

}  // namespace lade::builder
