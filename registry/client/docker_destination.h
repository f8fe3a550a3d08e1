#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "libimage/base/guarded.h"
#include "libimage/image/interfaces.h"
#include "registry/client/attachments.h"
#include "registry/client/blob_locations.h"
#include "registry/client/repository.h"
#include "registry/client/signature_shelf.h"

namespace lade::registry {

/// An image to be on a registry. Blobs that the registry has in this repository or, as far as is
/// known, in another one are not sent.
class DockerDestination final : public ImageDestination {
 public:
  /// `repository.reference` is the name the image gets, by tag or, with a digest, by that alone;
  /// `locations`, `attachments` and `signatures` may be null.
  DockerDestination(Repository repository, std::shared_ptr<BlobLocations> locations,
                    std::shared_ptr<Attachments> attachments = nullptr,
                    std::shared_ptr<SignatureShelf> signatures = nullptr);

  std::string name() const override { return "docker://" + repository_.reference.str(); }
  const DestinationAbilities& abilities() const override { return abilities_; }
  bool has_blob(const Descriptor& descriptor) override;
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override;
  bool adopt_blob_file(const Descriptor& expected, int file,
                       const std::function<void(std::uint64_t)>& told) override;
  void put_manifest(const RawManifest& manifest) override;
  std::optional<Descriptor> find_top() override;
  bool has_manifest(const Descriptor& manifest) override;
  void put_referrer(const RawManifest& manifest, const std::string& tag) override;
  std::vector<Referrer> referrers(const Digest& subject) override;
  void put_signatures(const Digest& manifest, const std::vector<std::string>& signatures) override;
  std::vector<std::string> signatures(const Digest& manifest) override;
  void commit(const RawManifest& top) override;
  void commit_referrers() override;

 private:
  void put(const RawManifest& manifest, const std::string& tag_or_digest);
  void require_named_digest(const RawManifest& top) const;

  Repository repository_;
  std::shared_ptr<BlobLocations> locations_;
  std::shared_ptr<Attachments> attachments_;
  std::shared_ptr<SignatureShelf> shelf_;
  DestinationAbilities abilities_{.referrers = true};
  /// What was added to fallback tags: subject, referrer.
  Guarded<std::vector<std::pair<Digest, Descriptor>>> fallbacks_;
  /// What one request may carry, learned from refusals; 0: everything.
  std::shared_ptr<std::atomic<std::uint64_t>> chunk_limit_bytes_;
};

}  // namespace lade::registry
