#pragma once

#include <optional>
#include <string>

#include "libimage/base/time.h"

namespace lade::signing {

/// When something may be used: both ends belong to it, and an absent one has no limit.
struct TimeRange {
  std::optional<Timestamp> start{};
  std::optional<Timestamp> end{};

  bool contains(Timestamp time) const {
    return (!start || *start <= time) && (!end || time <= *end);
  }
  /// "2021-01-12T11:53:27Z to 2022-10-31T23:59:59.999Z", "… on", "until …", "always".
  std::string str() const;
};

}  // namespace lade::signing
