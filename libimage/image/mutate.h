#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/image/image.h"

namespace lade {

enum class ImageFormat { oci, docker };

/// A layer to put on top.
struct NewLayer {
  Descriptor blob;  ///< with media type
  Digest diff_id;
};

/// A manifest and its config as Lade authors them: bytes whose digests agree.
struct AuthoredImage {
  RawManifest manifest;
  std::string config_bytes;
  Descriptor config;
};

/// Puts config and layers together (equal input, equal bytes). The media types of manifest, config
/// and layers are those of `format`; `unsupported` if a layer's compression has none there.
AuthoredImage author_image(const ImageConfig& config, std::vector<Descriptor> layers,
                           const Annotations& annotations, ImageFormat format);

/// The same manifest with other layer descriptors (recompressed), same config.
RawManifest with_layers(const Manifest& manifest, std::vector<Descriptor> layers);

/// The manifest in the other family: media types changed, config re-typed, bytes of blobs
/// untouched. Annotations, subject and artifact type cannot go to docker: they are dropped and
/// named in `dropped`.
RawManifest convert(const Manifest& manifest, ImageFormat format,
                    std::vector<std::string>* dropped);

}  // namespace lade
