#include "registry/client/docker_source.h"

#include "libimage/base/error.h"
#include "registry/client/blobs.h"
#include "registry/client/manifests.h"

namespace lade::registry {

DockerSource::DockerSource(Reference reference, std::vector<PullPlace> places,
                           std::shared_ptr<HttpClient> http,
                           std::shared_ptr<BlobLocations> locations)
    : reference_(std::move(reference)),
      places_(std::move(places)),
      http_(std::move(http)),
      locations_(std::move(locations)) {}

RawManifest DockerSource::manifest() { return find().manifest; }

RawManifest DockerSource::manifest(const Descriptor& descriptor) {
  const Found& found = find();
  if (found.manifest.digest == descriptor.digest) return found.manifest;
  return get_manifest(found.place->repository, descriptor);
}

std::unique_ptr<Source> DockerSource::open_blob(const Descriptor& descriptor) {
  const Repository& repository = find().place->repository;
  try {
    auto source = registry::open_blob(repository, descriptor);
    if (locations_) locations_->remember(descriptor.digest, repository.reference);
    return source;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found || descriptor.urls.empty()) throw;
  }
  return open_foreign_blob(*http_, descriptor);
}

const DockerSource::Found& DockerSource::find() {
  const std::lock_guard lock(mutex_);
  if (found_) return *found_;
  std::string tried;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    try {
      found_ = find_in(places_[i]);
      return *found_;
    } catch (Error& error) {
      if (error.kind() == ErrorKind::cancelled || i + 1 == places_.size()) {
        if (!tried.empty()) error.add_context("no mirror helped (" + tried + ")");
        throw;
      }
      if (!tried.empty()) tried += "; ";
      tried += error.message();
    }
  }
  fail(ErrorKind::internal, "{} has no place to be pulled from", reference_.str());
}

DockerSource::Found DockerSource::find_in(const PullPlace& place) const {
  const Reference& wanted = place.repository.reference;
  if (wanted.digest()) {
    return {&place, get_manifest(place.repository, Descriptor{"", *wanted.digest(), 0})};
  }
  return {&place, get_manifest(place.repository, wanted.tag().value_or("latest"))};
}

}  // namespace lade::registry
