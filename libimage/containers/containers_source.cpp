// A store keeps manifests as they came, but of a layer the unpacked files and what tar-split noted
// of its tar. The tar is had again, byte for byte; the compressed blob that the manifest lists is
// not. So the manifest that is shown lists the tars: their digests are the diff ids of the
// configuration, which is not touched. skopeo does the same, but keeps the media types.
#include <map>

#include "libimage/base/text.h"
#include "libimage/containers/containers_images.h"
#include "libimage/containers/containers_storage.h"
#include "libimage/image/mutate.h"
#include "libimage/oci/config.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"
#include "libimage/transport/blob_file.h"

namespace lade {
namespace {

using Found = ContainersImages::Found;
using FoundLayer = ContainersImages::FoundLayer;

class ContainersSource final : public ImageSource {
 public:
  ContainersSource(std::string name, const ContainersName& wanted, const ContainersPlace& place,
                   OpenLayerFile open, const CancelToken* cancel)
      : name_(std::move(name)),
        open_(std::move(open)),
        images_(place, cancel),
        top_(read_top(images_.resolve(wanted), wanted)) {}

  std::string name() const override { return name_; }
  RawManifest manifest() override { return top_; }

  RawManifest manifest(const Descriptor& descriptor) override {
    if (descriptor.digest == top_.digest) return top_;
    const auto found = instances_.find(descriptor.digest);
    if (found == instances_.end()) {
      fail(ErrorKind::not_found, "{} does not hold manifest {}", name_, descriptor.digest.str());
    }
    return found->second;
  }

  std::unique_ptr<Source> open_blob(const Descriptor& descriptor) override {
    if (const auto config = configs_.find(descriptor.digest); config != configs_.end()) {
      return std::make_unique<StringSource>(config->second);
    }
    const auto layer = layers_.find(descriptor.digest);
    if (layer == layers_.end()) fail_missing_blob(descriptor, name_);
    return layer->second.store->open_layer(*layer->second.layer, open_);
  }

 private:
  /// The manifest that the name means: that of its digest if there is one.
  RawManifest read_top(const Found& found, const ContainersName& wanted) {
    std::string key = "manifest";
    const bool by_digest = wanted.reference && wanted.reference->digest();
    if (by_digest) {
      std::string exact = manifest_data_name(*wanted.reference->digest());
      if (found.image->has(exact)) key = std::move(exact);
    }
    RawManifest raw = read_manifest_data(found, key);
    if (by_digest && key != "manifest" && raw.digest != *wanted.reference->digest()) {
      fail(ErrorKind::corrupt, "{}: the manifest has digest {}", name_, raw.digest.str());
    }
    return media_type::is_index(raw.media_type) ? adapted_index(raw) : adapted(found, raw);
  }

  RawManifest read_manifest_data(const Found& found, const std::string& key) const {
    std::string bytes = found.store->big_data(*found.image, key, manifest_limit_bytes);
    std::string type = guess_manifest_type(bytes, name_);
    return raw_manifest(std::move(bytes), std::move(type));
  }

  /// The same index over what there is in the store; the rest of its images stays away.
  RawManifest adapted_index(const RawManifest& raw) {
    Index index = parse_index(raw.bytes, raw.media_type, name_);
    bool changed = false;
    for (Descriptor& entry : index.manifests) {
      const auto found = images_.find_manifest(entry.digest);
      if (!found || !media_type::is_manifest(entry.media_type)) continue;
      RawManifest instance =
          adapted(*found, read_manifest_data(*found, manifest_data_name(entry.digest)));
      if (instance.digest != entry.digest) {
        entry.digest = instance.digest;
        entry.size_bytes = instance.bytes.size();
        entry.data.reset();
        changed = true;
      }
      instances_.try_emplace(instance.digest, std::move(instance));
    }
    return changed ? convert(index, format_of(raw.media_type), nullptr) : raw;
  }

  /// The manifest with the layers that can be had; notes where its blobs are.
  RawManifest adapted(const Found& found, const RawManifest& raw) {
    Manifest manifest = parse_manifest(raw.bytes, raw.media_type, name_);
    if (!media_type::is_config(manifest.config.media_type)) {
      fail(ErrorKind::unsupported, "{} is no image but an artifact ({})", name_,
           printable(manifest.config.media_type));
    }
    const Digest& config_digest = manifest.config.digest;
    std::string config =
        found.store->big_data(*found.image, config_digest.str(), config_limit_bytes);
    const ImageConfig parsed = parse_config(config, name_);
    configs_.try_emplace(config_digest, std::move(config));
    const auto layers = images_.layers_of(*found.image);
    require_fit(manifest, parsed, layers);
    bool changed = false;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      Descriptor layer = describe(layers[i], parsed.diff_ids[i], format_of(raw.media_type));
      if (is_same_tar(manifest.layers[i], layer)) continue;
      manifest.layers[i] = std::move(layer);
      changed = true;
    }
    return changed ? with_layers(manifest, manifest.layers) : raw;
  }

  static bool is_same_tar(const Descriptor& listed, const Descriptor& tar) {
    return listed.digest == tar.digest &&
           media_type::layer_compression(listed.media_type) == Compression::none;
  }

  void require_fit(const Manifest& manifest, const ImageConfig& config,
                   const std::vector<FoundLayer>& layers) const {
    if (manifest.layers.size() != config.diff_ids.size() ||
        layers.size() != config.diff_ids.size()) {
      fail(ErrorKind::corrupt,
           "{}: the manifest has {} layers, the configuration {} diff ids, the store {} layers",
           name_, manifest.layers.size(), config.diff_ids.size(), layers.size());
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const auto& known = layers[i].layer->diff_id;
      if (known && *known != config.diff_ids[i]) {
        fail(ErrorKind::corrupt, "{}: layer {} is {} in the store and {} in the configuration",
             name_, i + 1, known->str(), config.diff_ids[i].str());
      }
    }
  }

  Descriptor describe(const FoundLayer& found, const Digest& diff_id, ImageFormat format) {
    layers_.try_emplace(diff_id, found);
    return {.media_type = media_type::layer_type(format == ImageFormat::docker, Compression::none),
            .digest = diff_id,
            .size_bytes = found.store->layer_size_bytes(*found.layer)};
  }

  std::string name_;
  OpenLayerFile open_;
  ContainersImages images_;
  std::map<Digest, std::string> configs_;
  std::map<Digest, FoundLayer> layers_;
  std::map<Digest, RawManifest> instances_;
  RawManifest top_;
};

/// As this user, else as the one whose files they are.
OpenLayerFile opener(const OpenLayerFile& open_denied) {
  return [open_denied](const std::string& directory, const std::string& path) {
    try {
      return open_layer_file(directory, path);
    } catch (Error& error) {
      if (error.kind() != ErrorKind::denied) throw;
      if (open_denied) return open_denied(directory, path);
      error.add_context("the file belongs to another user");
      throw;
    }
  };
}

}  // namespace

std::unique_ptr<ImageSource> open_containers_storage(const std::string& details,
                                                     const ContainersOptions& options,
                                                     const TransportContext& context) {
  const ContainersName name = parse_containers_name(details);
  return std::make_unique<ContainersSource>("containers-storage:" + details, name,
                                            name.place.value_or(options.place),
                                            opener(options.open_denied), context.cancel);
}

}  // namespace lade
