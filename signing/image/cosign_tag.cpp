#include "signing/image/cosign_tag.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/lasting_write.h"
#include "libimage/image/artifact.h"
#include "libimage/image/instance.h"
#include "libimage/image/referrer.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"

namespace lade::signing {
namespace {

constexpr int attempts_limit = 10;

Manifest read_tagged(ImageSource& source, const Digest& subject, const std::string& tag) {
  for (const Referrer& referrer : source.referrers(subject)) {
    if (referrer.tag != tag) continue;
    const RawManifest raw = read_manifest(source, referrer.descriptor);
    return parse_manifest(raw.bytes, raw.media_type, tag);
  }
  return Manifest{std::string(media_type::oci_manifest), empty_descriptor()};
}

/// Cosign keeps signatures as layers of an image without a platform.
std::string config_of(const std::vector<Descriptor>& layers) {
  Json diff_ids = Json::array();
  for (const Descriptor& layer : layers) diff_ids.push_back(layer.digest.str());
  const Json config = {{"architecture", ""},
                       {"os", ""},
                       {"config", Json::object()},
                       {"rootfs", {{"type", "layers"}, {"diff_ids", std::move(diff_ids)}}}};
  return to_compact(config);
}

bool has_layer(const Manifest& manifest, const Descriptor& wanted) {
  return std::any_of(manifest.layers.begin(), manifest.layers.end(), [&](const Descriptor& layer) {
    return layer.digest == wanted.digest && layer.annotations == wanted.annotations;
  });
}

}  // namespace

std::string add_to_cosign_tag(const SourceOpener& open, ImageDestination& destination,
                              const Digest& subject, std::string_view suffix,
                              const CosignLayer& layer) {
  std::string tag = fallback_tag(subject) + std::string(suffix);
  Descriptor added{layer.media_type, digest_of(layer.bytes), layer.bytes.size()};
  added.annotations = layer.annotations;
  const auto write = [&] {
    Manifest manifest = read_tagged(*open(), subject, tag);
    if (has_layer(manifest, added)) return;
    manifest.layers.push_back(added);
    std::string config = config_of(manifest.layers);
    manifest.config = {std::string(media_type::oci_config), digest_of(config), config.size()};
    AttachedManifest attached{raw_manifest(serialize(manifest), manifest.media_type), {}, tag};
    attached.blobs.emplace_back(added, layer.bytes);
    attached.blobs.emplace_back(manifest.config, std::move(config));
    attach(destination, {attached});
  };
  const auto stays = [&] { return has_layer(read_tagged(*open(), subject, tag), added); };
  if (!write_lastingly(attempts_limit, write, stays)) {
    fail(ErrorKind::conflict, "cannot add a signature to {}: others keep changing it", tag);
  }
  return tag;
}

}  // namespace lade::signing
