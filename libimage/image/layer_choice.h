#pragma once

#include <optional>
#include <string>

#include "libimage/image/copy.h"

namespace lade {

/// Decides which layers of an image a copy must recompress, and to what.
struct LayerChoice {
  const std::string& target;  ///< the destination's name
  const DestinationAbilities& abilities;
  const CopyOptions& options;
  ImageFormat format;  ///< of the manifest the layers will be in

  /// What all layers should be packed in; nothing: as they are.
  std::optional<Compression> wanted() const;
  /// The same for one layer: what is not compressed may have to be all the same.
  std::optional<Compression> wanted_of(const Descriptor& layer) const;
  /// Are there layers for which the diff ids matter?
  bool needs_config(const Manifest& manifest) const;
  /// What a layer is to be recompressed to; nothing: it stays. `unsupported` if the destination
  /// demands what cannot be had.
  std::optional<Compression> compression(const Descriptor& layer, const Digest* diff_id,
                                         const std::string& where) const;
};

}  // namespace lade
