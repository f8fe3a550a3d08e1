#include "libimage/image/attach.h"

#include "libimage/base/error.h"
#include "libimage/image/artifact.h"
#include "libimage/oci/hasher.h"

namespace lade {

AttachedManifest author_attached(const Document& document, const Descriptor& subject) {
  Descriptor blob{document.media_type, digest_of(document.bytes), document.bytes.size()};
  blob.annotations = document.layer_annotations;
  // what describes the subject elsewhere (platform, annotations) is no part of pointing at it
  const Descriptor bare{subject.media_type, subject.digest, subject.size_bytes};
  AttachedManifest attached{author_artifact({.artifact_type = document.artifact_type,
                                             .blobs = {blob},
                                             .annotations = document.annotations,
                                             .subject = bare}),
                            {}};
  attached.blobs.emplace_back(std::move(blob), document.bytes);
  attached.blobs.emplace_back(empty_descriptor(), empty_blob);
  return attached;
}

void attach(ImageDestination& destination, const std::vector<AttachedManifest>& manifests) {
  if (!destination.abilities().referrers) {
    fail(ErrorKind::unsupported, "{} holds nothing beside images", destination.name());
  }
  for (const AttachedManifest& attached : manifests) {
    for (const auto& [descriptor, bytes] : attached.blobs) {
      if (destination.has_blob(descriptor)) continue;
      const auto writer = destination.begin_blob(descriptor);
      writer->write(std::string_view(bytes).substr(writer->held_bytes()));
      writer->commit(&descriptor);
    }
    destination.put_referrer(attached.manifest, attached.tag);
  }
  destination.commit_referrers();
}

}  // namespace lade
