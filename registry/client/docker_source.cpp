#include "registry/client/docker_source.h"

#include "libimage/base/error.h"
#include "libimage/oci/media_type.h"
#include "registry/client/blobs.h"
#include "registry/client/manifests.h"

namespace lade::registry {
namespace {

constexpr std::size_t kept_manifests = 64;

}  // namespace

DockerSource::DockerSource(Reference reference, std::vector<PullPlace> places,
                           std::shared_ptr<HttpClient> http,
                           std::shared_ptr<BlobLocations> locations,
                           std::shared_ptr<SignatureShelf> signatures)
    : reference_(std::move(reference)),
      places_(std::move(places)),
      http_(std::move(http)),
      locations_(std::move(locations)),
      shelf_(std::move(signatures)) {}

RawManifest DockerSource::manifest() { return find().manifest; }

RawManifest DockerSource::manifest(const Descriptor& descriptor) {
  const Found& found = find();
  if (found.manifest.digest == descriptor.digest) return found.manifest;
  const auto known = manifests_.with([&](const auto& all) -> std::optional<RawManifest> {
    const auto one = all.find(descriptor.digest);
    return one == all.end() ? std::nullopt : std::optional(one->second);
  });
  if (known) return *known;
  RawManifest manifest = get_manifest(found.place->repository, descriptor);
  remember(manifest, found.place->repository);
  manifests_.with([&](auto& all) {
    if (all.size() < kept_manifests) all.emplace(descriptor.digest, manifest);
  });
  return manifest;
}

/// What the manifest names is in its repository.
void DockerSource::remember(const RawManifest& manifest, const Repository& repository) const {
  if (!locations_ || !media_type::is_manifest(manifest.media_type)) return;
  const Manifest parsed = parse_manifest(manifest.bytes, manifest.media_type, name());
  std::vector<Digest> blobs = {parsed.config.digest};
  for (const Descriptor& layer : parsed.layers) {
    if (layer.urls.empty()) blobs.push_back(layer.digest);
  }
  locations_->remember(blobs, repository.reference);
}

std::unique_ptr<Source> DockerSource::open_blob(const Descriptor& descriptor) {
  return open_blob_at(descriptor, 0);
}

std::unique_ptr<Source> DockerSource::open_blob_at(const Descriptor& descriptor,
                                                   std::uint64_t first_byte) {
  const Repository& repository = find().place->repository;
  try {
    return registry::open_blob(repository, descriptor, first_byte);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found || descriptor.urls.empty()) throw;
  }
  return open_foreign_blob(*http_, descriptor, first_byte);
}

const DockerSource::Found& DockerSource::find() {
  const std::lock_guard lock(mutex_);
  if (found_) return *found_;
  std::string tried;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    try {
      found_ = find_in(places_[i]);
      remember(found_->manifest, found_->place->repository);
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

/// By HEAD, which registries do not count as a pull.
Descriptor DockerSource::find_top() {
  if (places_.size() == 1 && !is_found()) {
    const Repository& repository = places_.front().repository;
    const Reference& wanted = repository.reference;
    const auto top = find_manifest(
        repository, wanted.digest() ? wanted.digest()->str() : wanted.tag().value_or("latest"));
    if (top) return *top;
  }
  return find().manifest.descriptor();
}

bool DockerSource::is_found() {
  const std::lock_guard lock(mutex_);
  return found_.has_value();
}

std::vector<Referrer> DockerSource::referrers(const Digest& subject) {
  PullPlace& place = places_.size() == 1 ? places_.front() : *find().place;
  std::shared_ptr<Attachments> attachments;
  {
    const std::lock_guard lock(mutex_);
    if (!place.attachments) place.attachments = std::make_shared<Attachments>(place.repository);
    attachments = place.attachments;
  }
  return attachments->find(subject);
}

std::vector<std::string> DockerSource::signatures(const Digest& manifest) {
  if (!shelf_) return {};
  return signatures_.with([&](auto& all) {
    const auto known = all.find(manifest);
    if (known != all.end()) return known->second;
    return all.emplace(manifest, shelf_->read(reference_, manifest)).first->second;
  });
}

DockerSource::Found DockerSource::find_in(PullPlace& place) {
  const Reference& wanted = place.repository.reference;
  if (wanted.digest()) {
    return {&place, get_manifest(place.repository, Descriptor{"", *wanted.digest(), 0})};
  }
  return {&place, get_manifest(place.repository, wanted.tag().value_or("latest"))};
}

}  // namespace lade::registry
