#include "libimage/layer/idmap.h"

#include <algorithm>
#include <utility>

#include "libimage/base/error.h"

namespace lade {
namespace {

/// (uid_t)-1 means "leave it" to chown(2): never an id.
constexpr std::uint32_t no_id = UINT32_MAX;

using Side = std::uint32_t IdRange::*;

void check_side(std::vector<IdRange> ranges, Side side, const char* name) {
  std::sort(ranges.begin(), ranges.end(),
            [side](const IdRange& a, const IdRange& b) { return a.*side < b.*side; });
  std::uint64_t free_from = 0;
  for (const IdRange& range : ranges) {
    const std::uint64_t begin = range.*side;
    if (range.count == 0) fail(ErrorKind::invalid, "an id map has an empty range at {}", begin);
    if (begin + range.count > no_id) {
      fail(ErrorKind::invalid, "an id map has {} {} ids from {} on, beyond the last id",
           range.count, name, begin);
    }
    if (begin < free_from) {
      fail(ErrorKind::invalid, "an id map has the {} id {} in two ranges", name, begin);
    }
    free_from = begin + range.count;
  }
}

std::optional<std::uint32_t> translate(const std::vector<IdRange>& ranges, std::uint32_t id,
                                       Side from, Side to) {
  if (id == no_id) return std::nullopt;
  if (ranges.empty()) return id;
  for (const IdRange& range : ranges) {
    if (id >= range.*from && id - range.*from < range.count) return id - range.*from + range.*to;
  }
  return std::nullopt;
}

}  // namespace

IdMap::IdMap(std::vector<IdRange> ranges) : ranges_(std::move(ranges)) {
  check_side(ranges_, &IdRange::inside, "inner");
  check_side(ranges_, &IdRange::outside, "outer");
}

std::optional<std::uint32_t> IdMap::to_outside(std::uint32_t inside) const {
  return translate(ranges_, inside, &IdRange::inside, &IdRange::outside);
}

std::optional<std::uint32_t> IdMap::to_inside(std::uint32_t outside) const {
  return translate(ranges_, outside, &IdRange::outside, &IdRange::inside);
}

}  // namespace lade
