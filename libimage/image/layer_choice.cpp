#include "libimage/image/layer_choice.h"

#include <algorithm>

#include "libimage/oci/media_type.h"

namespace lade {

std::optional<Compression> LayerChoice::wanted() const {
  const auto compression =
      abilities.layer_compression ? abilities.layer_compression : options.compression;
  if (compression == Compression::xz || compression == Compression::bzip2) {
    fail(ErrorKind::unsupported, "layers are never written as {}: wanted gzip, zstd or none",
         to_string(*compression));
  }
  return compression;
}

std::optional<Compression> LayerChoice::wanted_of(const Descriptor& layer) const {
  const auto goal = wanted();
  if (goal || !media_type::is_layer(layer.media_type)) return goal;
  const bool unpacked = media_type::layer_compression(layer.media_type) == Compression::none;
  return unpacked ? options.pack_unpacked : std::nullopt;
}

bool LayerChoice::needs_config(const Manifest& manifest) const {
  return std::any_of(
      manifest.layers.begin(), manifest.layers.end(), [this](const Descriptor& layer) {
        return media_type::is_layer(layer.media_type) && wanted_of(layer).has_value();
      });
}

std::optional<Compression> LayerChoice::compression(const Descriptor& layer, const Digest* diff_id,
                                                    const std::string& where) const {
  const bool is_layer = media_type::is_layer(layer.media_type);
  if (!is_layer && !abilities.any_blobs) {
    fail(ErrorKind::unsupported, "{} can only hold layers, but {} is of type {}", target, where,
         layer.media_type);
  }
  const auto goal = wanted_of(layer);
  if (!goal || !is_layer) return std::nullopt;
  const auto now = media_type::layer_compression(layer.media_type);
  // an uncompressed layer is its own diff id: a media type that says otherwise is not believed
  const bool fits =
      now == goal && (goal != Compression::none || diff_id == nullptr ||
                      diff_id->algorithm() != layer.digest.algorithm() || *diff_id == layer.digest);
  if (fits) return std::nullopt;
  const bool fixed = !now || !layer.urls.empty() || media_type::is_foreign_layer(layer.media_type);
  if (fixed && abilities.layer_compression) {
    fail(ErrorKind::unsupported, "{} holds layers as {} only, and {} ({}) cannot be recompressed",
         target, to_string(*goal), where, layer.media_type);
  }
  if (fixed) return std::nullopt;
  if (format == ImageFormat::docker && goal == Compression::zstd) {
    fail(ErrorKind::unsupported,
         "{} cannot be compressed with zstd in a Docker manifest: wanted gzip or none "
         "(--compression gzip, or --format oci)",
         where);
  }
  return goal;
}

}  // namespace lade
