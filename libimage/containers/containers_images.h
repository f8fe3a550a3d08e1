#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/containers/containers_store.h"

namespace lade {

/// The stores that are one to the user: the one that is written to, and the additional ones.
class ContainersImages {
 public:
  struct Found {
    const ContainersStore* store;
    const ContainersImage* image;
  };
  struct FoundLayer {
    const ContainersStore* store;
    const ContainersLayer* layer;
  };

  ContainersImages(const ContainersPlace& place, const CancelToken* cancel);

  /// The image that a name means, as podman, buildah and skopeo see it. `not_found` says where was
  /// looked; `invalid` for the beginning of several ids.
  Found resolve(const ContainersName& name) const;
  /// The image that keeps a manifest of this digest.
  std::optional<Found> find_manifest(const Digest& digest) const;
  /// The layers of an image, the lowest first. `corrupt` if one is missing or only half there.
  std::vector<FoundLayer> layers_of(const ContainersImage& image) const;

 private:
  void open_at(const std::string& root, const std::string& driver, const CancelToken* cancel);
  std::optional<Found> find_name(const Reference& reference) const;
  std::optional<Found> find_id(std::string_view id) const;
  std::optional<FoundLayer> find_layer(const std::string& id) const;
  [[noreturn]] void fail_missing(const ContainersName& name) const;

  std::vector<ContainersStore> stores_;
};

/// The name of the big data that is a manifest.
std::string manifest_data_name(const Digest& digest);

}  // namespace lade
