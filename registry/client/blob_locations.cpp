#include "registry/client/blob_locations.h"

#include <algorithm>

#include "libimage/base/error.h"

namespace lade::registry {
namespace {

/// Each that is out of date costs a request.
constexpr std::size_t answered_limit = 4;

}  // namespace

/// It saves work, so whatever is wrong with it must not stop any.
template <class Use>
void BlobLocations::with_lasting(Use&& use) const {
  BlobPlaces* lasting = lasting_ ? lasting_() : nullptr;
  if (lasting == nullptr) return;
  try {
    use(*lasting);
  } catch (const Error&) {
    return;
  }
}

void BlobLocations::remember(const Digest& blob, const Reference& repository) {
  remember(std::span(&blob, 1), repository);
}

void BlobLocations::remember(std::span<const Digest> blobs, const Reference& repository) {
  known_.with([&](auto& known) {
    for (const Digest& blob : blobs) {
      auto& places = known[blob];
      const bool there = std::any_of(places.begin(), places.end(), [&](const Reference& place) {
        return place.name() == repository.name();
      });
      if (!there) places.push_back(repository);
    }
  });
  with_lasting([&](BlobPlaces& lasting) { lasting.remember_place(blobs, repository.name()); });
}

void BlobLocations::forget(const Digest& blob, const Reference& repository) {
  known_.with([&](auto& known) {
    std::erase_if(known[blob],
                  [&](const Reference& place) { return place.name() == repository.name(); });
  });
  with_lasting([&](BlobPlaces& lasting) { lasting.forget_place(blob, repository.name()); });
}

std::vector<Reference> BlobLocations::find(const Digest& blob, const Reference& repository) const {
  std::vector<Reference> places;
  if (silent_) return places;
  const auto add = [&](const Reference& place) {
    const bool there = std::any_of(places.begin(), places.end(), [&](const Reference& other) {
      return other.name() == place.name();
    });
    if (there || place.domain() != repository.domain() || place.path() == repository.path()) return;
    if (places.size() < answered_limit) places.push_back(place);
  };
  known_.with([&](const auto& known) {
    const auto found = known.find(blob);
    if (found == known.end()) return;
    for (const Reference& place : found->second) add(place);
  });
  with_lasting([&](BlobPlaces& lasting) {
    for (const std::string& name : lasting.find_places(blob)) {
      if (const auto place = Reference::try_parse(name)) add(*place);
    }
  });
  return places;
}

}  // namespace lade::registry
