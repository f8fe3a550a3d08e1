#include "registry/client/docker_destination.h"

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"
#include "registry/client/blob_writer.h"
#include "registry/client/blobs.h"
#include "registry/client/manifests.h"
#include "registry/client/referrers.h"

namespace lade::registry {
DockerDestination::DockerDestination(Repository repository,
                                     std::shared_ptr<BlobLocations> locations,
                                     std::shared_ptr<Attachments> attachments,
                                     std::shared_ptr<SignatureShelf> signatures)
    : repository_(std::move(repository)),
      locations_(std::move(locations)),
      attachments_(attachments ? std::move(attachments)
                               : std::make_shared<Attachments>(repository_)),
      shelf_(std::move(signatures)),
      chunk_limit_bytes_(std::make_shared<std::atomic<std::uint64_t>>(0)) {
  abilities_.signatures = shelf_ && shelf_->has_room(repository_.reference);
}

/// A mount succeeds, too, where the blob is already: it spares the question.
bool DockerDestination::has_blob(const Descriptor& descriptor) {
  std::vector<Reference> places;
  if (locations_) places = locations_->find(descriptor.digest, repository_.reference);
  for (const Reference& place : places) {
    if (mount_blob(repository_, descriptor.digest, place)) return true;
    locations_->forget(descriptor.digest, place);
  }
  return find_blob(repository_, descriptor.digest).has_value();
}

std::unique_ptr<BlobWriter> DockerDestination::begin_blob(const Descriptor& expected) {
  return make_registry_blob_writer(repository_, expected, chunk_limit_bytes_);
}

bool DockerDestination::adopt_blob_file(const Descriptor& expected, int file,
                                        const std::function<void(std::uint64_t)>& told) {
  upload_blob_file(repository_, expected, file, chunk_limit_bytes_, told);
  if (locations_) locations_->remember(expected.digest, repository_.reference);
  return true;
}

void DockerDestination::put_manifest(const RawManifest& manifest) {
  put(manifest, manifest.digest.str());
}

/// Registries take no manifest before its blobs.
std::optional<Descriptor> DockerDestination::find_top() {
  const Reference& reference = repository_.reference;
  return find_manifest(repository_, reference.tag() ? *reference.tag() : reference.digest()->str());
}

bool DockerDestination::has_manifest(const Descriptor& manifest) {
  return find_manifest(repository_, manifest.digest.str()).has_value();
}

void DockerDestination::put_referrer(const RawManifest& manifest, const std::string& tag) {
  put(manifest, tag.empty() ? manifest.digest.str() : tag);
  if (!tag.empty()) attachments_->note(tag);
}

std::vector<Referrer> DockerDestination::referrers(const Digest& subject) {
  return attachments_->find(subject);
}

void DockerDestination::put_signatures(const Digest& manifest,
                                       const std::vector<std::string>& signatures) {
  shelf_->write(repository_.reference, manifest, signatures);
}

std::vector<std::string> DockerDestination::signatures(const Digest& manifest) {
  if (!abilities_.signatures) return {};
  return shelf_->staged(repository_.reference, manifest);
}

void DockerDestination::commit(const RawManifest& top) {
  const Reference& reference = repository_.reference;
  require_named_digest(top);
  put(top, reference.tag() ? *reference.tag() : top.digest.str());
}

void DockerDestination::commit_referrers() {
  const auto added = fallbacks_.with([](auto& list) { return std::exchange(list, {}); });
  for (const auto& [subject, referrer] : added) {
    keep_in_fallback_tag(repository_, subject, referrer);
  }
}

void DockerDestination::put(const RawManifest& manifest, const std::string& tag_or_digest) {
  require_own_digest(manifest);
  if (registry::put_manifest(repository_, manifest, tag_or_digest)) return;
  if (const auto subject = find_subject(manifest)) {
    const Descriptor referrer = referrer_descriptor(manifest);
    add_to_fallback_tag(repository_, subject->digest, referrer);
    attachments_->note(fallback_tag(subject->digest));
    fallbacks_.with([&](auto& list) { list.emplace_back(subject->digest, referrer); });
  }
}

void DockerDestination::require_named_digest(const RawManifest& top) const {
  const auto& digest = repository_.reference.digest();
  if (!digest || digest_of(top.bytes, digest->algorithm()) == *digest) return;
  fail(ErrorKind::conflict, "{}: the image's manifest is {}", name(), top.digest.str());
}

}  // namespace lade::registry
