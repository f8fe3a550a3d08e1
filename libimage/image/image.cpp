#include "libimage/image/image.h"

#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"
#include "libimage/stream/digester.h"

namespace lade {

Image read_image(ImageSource& source, const Platform& platform) {
  RawManifest top = read_manifest(source);
  if (!media_type::is_index(top.media_type)) return read_image(source, std::move(top));
  Instance instance = choose_instance(source, top, platform);
  Image image = read_image(source, std::move(instance.manifest));
  image.index = std::move(top);
  return image;
}

Image read_image(ImageSource& source, RawManifest raw) {
  const std::string what = "manifest " + raw.digest.str();
  Manifest manifest = parse_manifest(raw.bytes, raw.media_type, what);
  if (!media_type::is_config(manifest.config.media_type)) {
    fail(ErrorKind::unsupported, "{} of {} is an artifact ({}), wanted an image", what,
         source.name(), artifact_type_of(manifest));
  }
  std::string bytes = read_blob(source, manifest.config, config_limit_bytes);
  ImageConfig config = parse_config(bytes, "config " + manifest.config.digest.str());
  if (config.diff_ids.size() != manifest.layers.size()) {
    fail(ErrorKind::corrupt,
         "{} and its config do not fit: wanted {} diff ids, one a layer, got {}", what,
         manifest.layers.size(), config.diff_ids.size());
  }
  return {std::move(raw), std::move(manifest), std::move(bytes), std::move(config)};
}

std::string read_blob(ImageSource& source, const Descriptor& descriptor, std::size_t limit_bytes) {
  const std::string what = "blob " + descriptor.digest.str();
  if (descriptor.size_bytes > limit_bytes) {
    fail(ErrorKind::invalid, "{} of {} is too large: wanted at most {} bytes, got {}", what,
         source.name(), limit_bytes, descriptor.size_bytes);
  }
  std::unique_ptr<Source> stored = descriptor.data
                                       ? std::make_unique<StringSource>(*descriptor.data)
                                       : source.open_blob(descriptor);
  VerifiedSource blob(std::move(stored), descriptor, what);
  return read_all(blob, limit_bytes, what);
}

}  // namespace lade
