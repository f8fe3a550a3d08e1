#include "builder/build/base_images.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/image/copy.h"
#include "libimage/image/image.h"

namespace lade::builder {

BaseImage BaseImages::find(const std::string& name, const Platform& platform) {
  const auto source = images_.open(name, platform);
  const Image image = read_image(*source, platform);
  lease_.add(image.raw.digest);
  lease_.add(image.manifest.config.digest);
  for (const Descriptor& layer : image.manifest.layers) lease_.add(layer.digest);
  const bool present =
      store_->has_blob(image.raw.digest) &&
      std::all_of(image.manifest.layers.begin(), image.manifest.layers.end(),
                  [&](const Descriptor& layer) { return store_->has_blob(layer.digest); });
  if (!present) {
    CopyOptions options;
    options.platforms.wanted = platform;
    options.memory = store_.get();
    options.expansion = store_->limits().expansion;
    const auto destination = open_store_destination(store_, std::nullopt);
    copy_image(*source, *destination, options, progress_);
  }
  const Digest named = image.index ? image.index->digest : image.raw.digest;
  BaseImage base{source->name(), named, image.config, {}};
  if (base.name.starts_with("store:")) base.name.erase(0, 6);
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    base.layers.push_back({image.manifest.layers[i], image.config.diff_ids[i]});
  }
  return base;
}

}  // namespace lade::builder
