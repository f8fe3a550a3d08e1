#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libimage/containers/containers_name.h"
#include "libimage/containers/layer_tar.h"
#include "libimage/transport/transport.h"

namespace lade {

/// What the transport containers-storage needs of the world, beside the context of all.
struct ContainersOptions {
  ContainersPlace place{};  ///< where a name has no specifier
  /// Tried where this user may not open a file, as that of a subordinate user id; may be empty.
  OpenLayerFile open_denied{};
};

/// `containers-storage:…` to read. Layers come uncompressed, since how they were compressed is
/// forgotten, and the manifests say so: they are other ones than the image came with, unless its
/// layers were never compressed. An index lists the images of the store that it knows. `not_found`
/// names images that may be meant.
std::unique_ptr<ImageSource> open_containers_storage(const std::string& details,
                                                     const ContainersOptions& options,
                                                     const TransportContext& context);

/// To write: the image is handed to podman or buildah at commit, under a name with a tag.
/// `unsupported` if neither is installed, `io` if it fails, with what it said. One image fits.
std::unique_ptr<ImageDestination> write_containers_storage(const std::string& details,
                                                           const TransportContext& context);

}  // namespace lade
