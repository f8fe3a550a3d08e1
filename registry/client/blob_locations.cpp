#include "registry/client/blob_locations.h"

#include <algorithm>

namespace lade::registry {

void BlobLocations::remember(const Digest& blob, const Reference& repository) {
  known_.with([&](auto& known) {
    auto& places = known[blob];
    const bool there = std::any_of(places.begin(), places.end(), [&](const Reference& place) {
      return place.name() == repository.name();
    });
    if (!there) places.push_back(repository);
  });
}

std::vector<Reference> BlobLocations::find(const Digest& blob, const Reference& repository) const {
  return known_.with([&](const auto& known) {
    std::vector<Reference> places;
    const auto found = known.find(blob);
    if (found == known.end()) return places;
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(places),
                 [&](const Reference& place) {
                   return place.domain() == repository.domain() &&
                          place.path() != repository.path();
                 });
    return places;
  });
}

}  // namespace lade::registry
