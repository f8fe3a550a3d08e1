#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "libimage/image/interfaces.h"
#include "libimage/oci/config.h"
#include "libimage/oci/index.h"

namespace lade {

/// One image, read and checked: manifest, config, and that they fit each other. A value.
struct Image {
  RawManifest raw;
  Manifest manifest;
  std::string config_bytes;
  ImageConfig config;
  /// The index it was chosen from, if any.
  std::optional<RawManifest> index{};
};

/// Reads the image behind a source; of an index, the instance for `platform` (`not_found` lists
/// those there are). Verifies manifest and config against their digests and that there are as many
/// diff ids as layers.
Image read_image(ImageSource& source, const Platform& platform);
/// As above for a manifest already at hand.
Image read_image(ImageSource& source, RawManifest manifest);

/// The whole content of a small blob, verified, at most `limit_bytes`; uses embedded data when the
/// descriptor has it.
std::string read_blob(ImageSource& source, const Descriptor& descriptor, std::size_t limit_bytes);

}  // namespace lade
