#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/time.h"
#include "sbom/model/distribution.h"

namespace lade::sbom {

/// Until when a release of a distribution gets fixes; days as "2028-06-30".
struct Lifecycle {
  std::string end{};           ///< the last day of general support
  std::string extended_end{};  ///< the last day of what is offered to everybody after it (Debian's
                               ///< LTS); empty: nothing is
  std::string source{};        ///< who says so: "os-release", "lade"

  /// The last day of all of that.
  const std::string& last_day() const { return extended_end.empty() ? end : extended_end; }
};

/// The day that the dates below are known of. Later releases are in no table, and dates may have
/// been put off.
inline constexpr std::string_view lifecycle_known_on = "2025-07-01";

/// What the image itself says (SUPPORT_END), else the table; nothing for releases that are not in
/// it, and for distributions without releases.
std::optional<Lifecycle> find_end_of_life(const Distribution& distribution);

/// Whether the last day is over.
bool is_past(const Lifecycle& lifecycle, Timestamp now);

}  // namespace lade::sbom
