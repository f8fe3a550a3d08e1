#include "signing/attest/attestation_index.h"

#include "libimage/image/artifact.h"
#include "libimage/image/instance.h"
#include "libimage/oci/config.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"
#include "signing/attest/dsse.h"
#include "signing/attest/unsigned.h"

namespace lade::signing {
namespace {

Descriptor describe(std::string_view media_type, std::string_view bytes) {
  return {std::string(media_type), digest_of(bytes), bytes.size()};
}

/// For readers who take it for an image: the statements are its layers.
std::string config_of(const std::vector<Descriptor>& statements) {
  Json layers = Json::array();
  for (const Descriptor& statement : statements) layers.push_back(statement.digest.str());
  const Json config = {{"architecture", "unknown"},
                       {"os", "unknown"},
                       {"config", Json::object()},
                       {"rootfs", {{"type", "layers"}, {"diff_ids", std::move(layers)}}}};
  return to_compact(config);
}

AttachedManifest author_attestation(const std::vector<Statement>& statements) {
  Manifest manifest{std::string(media_type::oci_manifest), empty_descriptor()};
  std::vector<std::pair<Descriptor, std::string>> blobs;
  for (const Statement& statement : statements) {
    std::string bytes = to_bytes(statement);
    Descriptor layer = describe(Envelope::in_toto_type, bytes);
    layer.annotations[std::string(predicate_type_key)] = statement.predicate_type;
    manifest.layers.push_back(layer);
    blobs.emplace_back(std::move(layer), std::move(bytes));
  }
  std::string config = config_of(manifest.layers);
  manifest.config = describe(media_type::oci_config, config);
  blobs.emplace_back(manifest.config, std::move(config));
  return {raw_manifest(serialize(manifest), manifest.media_type), std::move(blobs)};
}

}  // namespace

AttestationIndex author_attestation_index(const Descriptor& image, const Platform& platform,
                                          const std::vector<Statement>& statements) {
  AttachedManifest attestation = author_attestation(statements);
  Index index;
  index.media_type = media_type::oci_index;
  Descriptor first = image;
  first.platform = platform;
  Descriptor second = attestation.manifest.descriptor();
  second.platform.emplace();
  second.platform->os = second.platform->architecture = "unknown";
  second.annotations[std::string(attestation_type_key)] = "attestation-manifest";
  second.annotations[std::string(attestation_subject_key)] = image.digest.str();
  index.manifests = {std::move(first), std::move(second)};
  return {raw_manifest(serialize(index), index.media_type), std::move(attestation)};
}

}  // namespace lade::signing
