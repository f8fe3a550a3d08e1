#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade {

/// A piece of a user-namespace id map: `count` ids from `inside` on are those from `outside` on.
struct IdRange {
  std::uint32_t inside = 0;
  std::uint32_t outside = 0;
  std::uint32_t count = 0;

  bool operator==(const IdRange&) const = default;
};

/// Ids inside an image or container to ids on the host, and back. Empty ranges: the identity.
class IdMap {
 public:
  IdMap() = default;
  /// `invalid` if ranges overlap or overflow.
  explicit IdMap(std::vector<IdRange> ranges);

  std::optional<std::uint32_t> to_outside(std::uint32_t inside) const;
  std::optional<std::uint32_t> to_inside(std::uint32_t outside) const;
  const std::vector<IdRange>& ranges() const { return ranges_; }

 private:
  std::vector<IdRange> ranges_;
};

}  // namespace lade
