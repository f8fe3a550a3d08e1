#pragma once

#include <string>
#include <vector>

#include "libimage/image/interfaces.h"

namespace lade {

/// A manifest whose `subject` is another one (image-spec 1.1, manifest.md, "Guidelines for Artifact
/// Usage"): how signatures, SBOMs and attestations attach to images.
struct ArtifactOptions {
  std::string artifact_type;
  std::vector<Descriptor> blobs{};  ///< its layers, already stored; empty: the empty blob
  Annotations annotations{};
  std::optional<Descriptor> subject{};
};

/// The manifest of an artifact with the empty config (`{}`).
RawManifest author_artifact(const ArtifactOptions& options);
/// The two bytes every artifact's config consists of, and their descriptor.
inline constexpr std::string_view empty_blob = "{}";
Descriptor empty_descriptor();

}  // namespace lade
