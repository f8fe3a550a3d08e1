#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libimage/image/interfaces.h"

namespace lade {

/// A document that becomes an artifact about a manifest (image-spec 1.1, manifest.md, "Guidelines
/// for Artifact Usage").
struct Document {
  std::string artifact_type;
  std::string media_type;
  std::string bytes;
  Annotations annotations{};        ///< of the artifact's manifest
  Annotations layer_annotations{};  ///< of the entry for the document
};

/// A manifest that is about another one, with the small blobs it lists.
struct AttachedManifest {
  RawManifest manifest;
  std::vector<std::pair<Descriptor, std::string>> blobs;
  std::string tag{};  ///< of cosign's; empty: by its subject
};

AttachedManifest author_attached(const Document& document, const Descriptor& subject);

/// Writes them beside an image that the destination has: blobs, then manifests, in this order.
/// The image's name stays what it is. `unsupported` if the destination holds no such thing.
void attach(ImageDestination& destination, const std::vector<AttachedManifest>& manifests);

}  // namespace lade
