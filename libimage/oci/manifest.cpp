#include "libimage/oci/manifest.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/document.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

constexpr std::string_view not_in_manifests[] = {"manifests", "fsLayers", "history"};

}  // namespace

Manifest parse_manifest(std::string_view bytes, std::string_view media_type,
                        std::string_view what) {
  const Json document = parse_document(bytes, manifest_limit_bytes, what);
  std::string type = agree_on_type(document, media_type, what);
  if (!media_type::is_manifest(type)) {
    fail(ErrorKind::invalid, "{} is not an image manifest: its media type is \"{}\"", what,
         printable(type));
  }
  require_unambiguous(document, not_in_manifests, what);
  Manifest manifest{std::move(type), get_descriptor(document, "config", what)};
  manifest.layers = parse_descriptors(document, "layers", what);
  manifest.annotations = parse_annotations(document, "annotations", what);
  manifest.artifact_type = find_string(document, "artifactType", what).value_or("");
  manifest.subject = find_descriptor(document, "subject", what);
  return manifest;
}

std::string serialize(const Manifest& manifest) {
  Json document = Json::object();
  document["schemaVersion"] = 2;
  document["mediaType"] = manifest.media_type;
  if (!manifest.artifact_type.empty()) document["artifactType"] = manifest.artifact_type;
  document["config"] = to_json(manifest.config);
  document["layers"] = to_json(manifest.layers);
  if (manifest.subject) document["subject"] = to_json(*manifest.subject);
  if (!manifest.annotations.empty()) document["annotations"] = to_json(manifest.annotations);
  return to_compact(document);
}

std::string guess_manifest_type(std::string_view bytes, std::string_view what) {
  return guess_document_type(parse_document(bytes, manifest_limit_bytes, what), what);
}

const std::string& artifact_type_of(const Manifest& manifest) {
  return manifest.artifact_type.empty() ? manifest.config.media_type : manifest.artifact_type;
}

RawManifest raw_manifest(std::string bytes, std::string media_type) {
  const Digest digest = digest_of(bytes);
  return {std::move(bytes), std::move(media_type), digest};
}

void require_own_digest(const RawManifest& manifest) {
  const Digest digest = digest_of(manifest.bytes, manifest.digest.algorithm());
  if (digest != manifest.digest) {
    fail(ErrorKind::corrupt, "manifest {} has the digest {}", manifest.digest.str(), digest.str());
  }
}

}  // namespace lade
