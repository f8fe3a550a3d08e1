#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/image/image.h"
#include "libimage/oci/index.h"

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
/// named in `dropped`. `unsupported` for an artifact or a layer that has no type over there.
RawManifest convert(const Manifest& manifest, ImageFormat format,
                    std::vector<std::string>* dropped);
/// An index as an OCI index or Docker manifest list over the same instances, whose descriptors must
/// be of the format already. What cannot go to docker is dropped and named likewise.
RawManifest convert(const Index& index, ImageFormat format, std::vector<std::string>* dropped);

/// The family a manifest or index is of.
ImageFormat format_of(std::string_view media_type);
/// "oci" or "docker".
std::string_view to_string(ImageFormat format);

}  // namespace lade
