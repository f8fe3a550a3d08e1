#include "libimage/image/artifact.h"

#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"

namespace lade {

Descriptor empty_descriptor() {
  return {std::string(media_type::oci_empty), digest_of(empty_blob), empty_blob.size()};
}

RawManifest author_artifact(const ArtifactOptions& options) {
  if (options.artifact_type.empty()) {
    // image-spec 1.1, manifest.md: it MUST be set when the config is the empty blob
    fail(ErrorKind::invalid, "author an artifact: it needs an artifact type, got none");
  }
  Manifest manifest{std::string(media_type::oci_manifest), empty_descriptor()};
  manifest.layers = options.blobs;
  if (manifest.layers.empty()) manifest.layers.push_back(empty_descriptor());
  manifest.annotations = options.annotations;
  manifest.artifact_type = options.artifact_type;
  manifest.subject = options.subject;
  return raw_manifest(serialize(manifest), manifest.media_type);
}

}  // namespace lade
