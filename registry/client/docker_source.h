#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/guarded.h"
#include "libimage/image/interfaces.h"
#include "registry/client/attachments.h"
#include "registry/client/blob_locations.h"
#include "registry/client/repository.h"
#include "registry/client/signature_shelf.h"

namespace lade::registry {

/// A place where an image may be pulled from: a mirror or the registry itself. Its reference has
/// the tag or digest to ask for.
struct PullPlace {
  Repository repository;
  bool is_mirror = false;
  /// What is attached there, as this job knows it; made when it is asked for if there is none.
  std::shared_ptr<Attachments> attachments{};
};

/// An image on a registry. Places are tried in order; the first that has the manifest is the one
/// that everything comes from.
class DockerSource final : public ImageSource {
 public:
  /// `reference` is what the user named; `locations` and `signatures` may be null.
  DockerSource(Reference reference, std::vector<PullPlace> places, std::shared_ptr<HttpClient> http,
               std::shared_ptr<BlobLocations> locations,
               std::shared_ptr<SignatureShelf> signatures = nullptr);

  std::string name() const override { return "docker://" + reference_.str(); }
  RawManifest manifest() override;
  RawManifest manifest(const Descriptor& descriptor) override;
  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override;
  std::unique_ptr<Source> open_blob_at(const Descriptor& descriptor,
                                       std::uint64_t first_byte) override;
  Descriptor find_top() override;
  std::vector<Referrer> referrers(const Digest& subject) override;
  std::vector<std::string> signatures(const Digest& manifest) override;

 private:
  struct Found {
    PullPlace* place;
    RawManifest manifest;
  };

  const Found& find();
  bool is_found();
  static Found find_in(PullPlace& place);
  void remember(const RawManifest& manifest, const Repository& repository) const;

  Reference reference_;
  std::vector<PullPlace> places_;
  std::shared_ptr<HttpClient> http_;
  std::shared_ptr<BlobLocations> locations_;
  std::shared_ptr<SignatureShelf> shelf_;
  std::mutex mutex_;
  std::optional<Found> found_;
  /// What was read already: policy looks at it first, and whoever copies again.
  Guarded<std::map<Digest, RawManifest>> manifests_;
  Guarded<std::map<Digest, std::vector<std::string>>> signatures_;
};

}  // namespace lade::registry
