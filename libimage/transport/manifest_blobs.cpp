#include "libimage/transport/manifest_blobs.h"

#include "libimage/base/error.h"
#include "libimage/oci/media_type.h"

namespace lade {

void require_blobs(const RawManifest& manifest, const std::string& where,
                   const std::function<bool(const Descriptor&)>& is_there) {
  if (media_type::is_index(manifest.media_type)) return;
  const Manifest parsed = parse_manifest(manifest.bytes, manifest.media_type, where);
  const auto require = [&](const Descriptor& blob) {
    if (blob.data || !blob.urls.empty() || is_there(blob)) return;
    fail(ErrorKind::not_found, "{} was not given blob {}, which manifest {} names", where,
         blob.digest.str(), manifest.digest.str());
  };
  require(parsed.config);
  for (const Descriptor& layer : parsed.layers) require(layer);
}

}  // namespace lade
