#include "builder/build/base_images.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/image/copy.h"
#include "libimage/image/image.h"

namespace lade::builder {
namespace {

constexpr std::string_view store_prefix = "store:";
constexpr std::string_view registry_prefix = "docker://";

/// What an image is called in messages and annotations: the same before and after it was pulled.
std::string base_name(std::string name) {
  for (const std::string_view prefix : {store_prefix, registry_prefix}) {
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
  }
  const auto reference = Reference::try_parse(name);
  return reference && reference->digest() ? reference->exact().str() : name;
}

/// What the store calls it once it is there.
std::optional<Reference> name_to_keep(const ImageSource& source) {
  const std::string name = source.name();
  if (!name.starts_with(registry_prefix)) return std::nullopt;
  return Reference::parse(std::string_view(name).substr(registry_prefix.size())).exact();
}

}  // namespace

BaseImage BaseImages::find(const std::string& name, const Platform& platform) {
  const std::pair key(name, platform.str());
  auto known = found_.find(key);
  if (known == found_.end()) known = found_.emplace(key, look_up(name, platform)).first;
  return known->second.base;
}

BaseImages::Found BaseImages::look_up(const std::string& name, const Platform& platform) {
  auto source = images_.open(name, platform);
  const Image image = read_image(*source, platform);
  const Digest named = image.index ? image.index->digest : image.raw.digest;
  BaseImage base{base_name(source->name()), named, image.config, {}};
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    base.layers.push_back({image.manifest.layers[i], image.config.diff_ids[i]});
  }
  const bool is_here = keep(*source, image);
  return {std::move(base), platform, std::move(source), image.index, is_here};
}

/// Whether there is nothing left to bring.
bool BaseImages::keep(const ImageSource& source, const Image& image) {
  lease_.add(image.raw.digest);
  lease_.add(image.manifest.config.digest);
  for (const Descriptor& layer : image.manifest.layers) lease_.add(layer.digest);
  const bool present =
      store_->has_blob(image.raw.digest) && store_->has_blob(image.manifest.config.digest) &&
      std::all_of(image.manifest.layers.begin(), image.manifest.layers.end(),
                  [&](const Descriptor& layer) { return store_->has_blob(layer.digest); });
  // it need not be asked for again
  if (!present) store_->put_blob(image.config_bytes, image.manifest.config.media_type);
  const auto name = name_to_keep(source);
  if (!present || !name) return present;
  const RawManifest& top = image.index ? *image.index : image.raw;
  store_->put_blob(top.bytes, top.media_type);
  store_->set_name(*name, top.descriptor());
  return true;
}

const BaseImages::Found& BaseImages::found(const ImageOp& image) const {
  const auto at = std::find_if(found_.begin(), found_.end(), [&](const auto& item) {
    const BaseImage& base = item.second.base;
    return base.name == image.name && base.layers == image.layers;
  });
  if (at == found_.end()) fail(ErrorKind::internal, "{} was never found", image.name);
  return at->second;
}

bool BaseImages::is_here(const ImageOp& image) const { return found(image).is_here; }

void BaseImages::bring(const ImageOp& image) {
  const Found& wanted = found(image);
  CopyOptions options;
  options.platforms.wanted = wanted.platform;
  options.memory = store_.get();
  options.expansion = store_->limits().expansion;
  options.referrers = ReferrerChoice::none;  // of no use to a build
  const auto name = name_to_keep(*wanted.source);
  const auto destination = shared_->join(
      open_store_destination(store_, name, name ? wanted.index : std::nullopt), "store");
  copy_image(*wanted.source, *destination, options, progress_);
}

}  // namespace lade::builder
