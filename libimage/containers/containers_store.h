#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/cancel_token.h"
#include "libimage/containers/containers_name.h"
#include "libimage/containers/layer_tar.h"
#include "libimage/containers/store_records.h"

namespace lade {

/// One store of containers/storage on disk, as it was when it was opened: the images of podman and
/// buildah. Nothing is ever written to it.
class ContainersStore {
 public:
  /// Reads the records under the store's locks. `not_found` if there is no store, `unsupported`
  /// for a driver whose layers are no directories, `denied`.
  static ContainersStore open(const std::string& root, const std::string& driver,
                              const CancelToken* cancel);

  /// The drivers that have a store at a root.
  static std::vector<std::string> drivers_at(const std::string& root);

  const std::string& root() const { return root_; }
  const std::vector<ContainersImage>& images() const { return images_; }
  const ContainersLayer* find_layer(const std::string& id) const;

  /// Small data of an image. `not_found` if it has none of that name.
  std::string big_data(const ContainersImage& image, std::string_view name,
                       std::uint64_t limit_bytes) const;
  /// The tar of a layer, put together; see open_layer_tar.
  std::unique_ptr<Source> open_layer(const ContainersLayer& layer, const OpenLayerFile& open) const;
  /// Its size, uncompressed, as the records say or else as it is found to be.
  std::uint64_t layer_size_bytes(const ContainersLayer& layer) const;

 private:
  std::string directory(std::string_view what) const;
  std::unique_ptr<Source> open_tar_split(const ContainersLayer& layer) const;

  std::string root_;
  std::string driver_;
  std::vector<ContainersImage> images_;
  std::map<std::string, ContainersLayer> layers_;
};

}  // namespace lade
