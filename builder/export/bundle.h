#pragma once

#include <optional>
#include <string>
#include <vector>

#include "builder/export/layer_stack.h"
#include "builder/export/runtime_config.h"
#include "libimage/oci/config.h"

namespace lade::builder {

struct BundleOptions {
  std::string hostname = "lade";
  /// For an ordinary user; nothing: owners as in the image, for root.
  std::optional<RootlessUser> rootless{};
};

/// Makes a runtime bundle (runtime-spec 1.0.2, bundle.md) of an image: the directory, which must be
/// empty or not exist, gets "rootfs" and "config.json". The user is looked up in the image's own
/// passwd and group files (`not_found`). Returns what the bundle cannot have, a line each.
std::vector<std::string> export_bundle(const LayerStack& layers, const ImageConfig& image,
                                       const std::string& directory, const BundleOptions& options);

}  // namespace lade::builder
