// A range is a row of events (OSV schema, "Evaluation"): one walks through those at or before the
// version in question, in order; `introduced` makes it affected, `fixed` frees it, and so does
// `last_affected` for what is after it. A limit that the version does not stay below keeps it out
// altogether, unless another limit is further on.
#include "sbom/version/affected.h"

#include <algorithm>

namespace lade::sbom {
namespace {

constexpr std::string_view first_of_all = "0";
constexpr std::string_view after_everything = "*";

}  // namespace

std::optional<VersionEvent::Kind> find_event_kind(std::string_view name) {
  using enum VersionEvent::Kind;
  for (const auto kind : {introduced, fixed, last_affected, limit}) {
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string_view to_string(VersionEvent::Kind kind) {
  switch (kind) {
    case VersionEvent::Kind::introduced:
      return "introduced";
    case VersionEvent::Kind::fixed:
      return "fixed";
    case VersionEvent::Kind::last_affected:
      return "last_affected";
    case VersionEvent::Kind::limit:
      break;
  }
  return "limit";
}

AffectedRange::AffectedRange(VersionScheme scheme, std::vector<VersionEvent> events)
    : scheme_(scheme), events_(std::move(events)) {
  const auto is_first = [](const VersionEvent& event) {
    return event.kind == VersionEvent::Kind::introduced && event.version == first_of_all;
  };
  const auto precedes = [&](const VersionEvent& a, const VersionEvent& b) {
    if (is_first(a) || is_first(b)) return is_first(a) && !is_first(b);
    return compare_versions(scheme_, a.version, b.version) < 0;
  };
  std::stable_sort(events_.begin(), events_.end(), precedes);
}

bool AffectedRange::is_below_limit(std::string_view version) const {
  bool limited = false;
  for (const VersionEvent& event : events_) {
    if (event.kind != VersionEvent::Kind::limit) continue;
    if (event.version == after_everything ||
        compare_versions(scheme_, version, event.version) < 0) {
      return true;
    }
    limited = true;
  }
  return !limited;
}

bool AffectedRange::contains(std::string_view version) const {
  bool affected = false;
  for (const VersionEvent& event : events_) {
    if (event.kind == VersionEvent::Kind::limit) continue;
    const bool introduces = event.kind == VersionEvent::Kind::introduced;
    if (introduces && event.version == first_of_all) {
      affected = true;
      continue;
    }
    const auto order = compare_versions(scheme_, version, event.version);
    if (order < 0) break;
    if (introduces) {
      affected = true;
    } else if (event.kind == VersionEvent::Kind::fixed || order > 0) {
      affected = false;
    }
  }
  return affected && is_below_limit(version);
}

std::optional<std::string> AffectedRange::find_fix(std::string_view version) const {
  for (const VersionEvent& event : events_) {
    if (event.kind == VersionEvent::Kind::fixed &&
        compare_versions(scheme_, version, event.version) < 0) {
      return event.version;
    }
  }
  return std::nullopt;
}

std::vector<std::string> AffectedRange::doubtful_bounds() const {
  std::vector<std::string> doubtful;
  for (const VersionEvent& event : events_) {
    const bool is_word =
        (event.kind == VersionEvent::Kind::introduced && event.version == first_of_all) ||
        (event.kind == VersionEvent::Kind::limit && event.version == after_everything);
    if (!is_word && !is_version(scheme_, event.version)) doubtful.push_back(event.version);
  }
  return doubtful;
}

bool is_enumerated(VersionScheme scheme, std::span<const std::string> versions,
                   std::string_view version) {
  const bool comparable = is_version(scheme, version);
  return std::any_of(versions.begin(), versions.end(), [&](const std::string& one) {
    return one == version ||
           (comparable && is_version(scheme, one) && compare_versions(scheme, one, version) == 0);
  });
}

}  // namespace lade::sbom
