#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/version/version.h"

namespace lade::sbom {

/// A point at which a range of affected versions opens or closes (OSV schema, `affected[].ranges[].
/// events[]`).
struct VersionEvent {
  enum class Kind {
    introduced,     ///< affected from here on; "0" is before every version
    fixed,          ///< no longer affected from here on
    last_affected,  ///< the last version affected
    limit,          ///< nothing from here on is in the range; "*" is after every version
  };

  Kind kind = Kind::introduced;
  std::string version{};

  bool operator==(const VersionEvent&) const = default;
};

/// The event that OSV calls `name`; nothing if it has no such kind.
std::optional<VersionEvent::Kind> find_event_kind(std::string_view name);
std::string_view to_string(VersionEvent::Kind kind);

/// The events of one range, ready to be asked.
class AffectedRange {
 public:
  /// Puts `events` in the order of `scheme`, and of two at the same version leaves the first first;
  /// so what is closed and opened again at one version is open there.
  AffectedRange(VersionScheme scheme, std::vector<VersionEvent> events);

  /// Whether `version` is in the range, as the OSV schema evaluates it. A range without an
  /// `introduced` contains nothing.
  bool contains(std::string_view version) const;

  /// The least version that is fixed, and after `version`; nothing if no later event fixes it.
  std::optional<std::string> find_fix(std::string_view version) const;

  /// Bounds that are no versions by the grammar of the scheme, so that the order of `contains` need
  /// not mean anything.
  std::vector<std::string> doubtful_bounds() const;

  const std::vector<VersionEvent>& events() const { return events_; }

 private:
  bool is_below_limit(std::string_view version) const;

  VersionScheme scheme_;
  std::vector<VersionEvent> events_;
};

/// Whether `version` is one of `versions` (OSV schema, `affected[].versions`): the same text, or
/// versions by the grammar of which neither is before the other (1.0 and 1.0.0 in PyPI).
bool is_enumerated(VersionScheme scheme, std::span<const std::string> versions,
                   std::string_view version);

}  // namespace lade::sbom
