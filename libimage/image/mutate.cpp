// An image's identity is the digest of its manifest, so a change is a new manifest. The two
// families say the same with other media types, except that Docker's has no annotations, subjects,
// artifact types, embedded data or zstd: what would be lost is named, what cannot be said is
// refused.
#include "libimage/image/mutate.h"

#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"

namespace lade {
namespace {

void drop(std::vector<std::string>* dropped, std::string what) {
  if (dropped != nullptr) dropped->push_back(std::move(what));
}

void drop_annotations(Annotations& annotations, std::string_view of,
                      std::vector<std::string>* dropped) {
  for (const auto& [key, value] : annotations) {
    drop(dropped, fmt::format("annotation \"{}\" of {}", key, of));
  }
  annotations.clear();
}

/// Leaves what a Docker descriptor may hold: media type, digest, size, URLs and platform.
void strip_for_docker(Descriptor& descriptor, std::string_view of,
                      std::vector<std::string>* dropped) {
  drop_annotations(descriptor.annotations, of, dropped);
  if (!descriptor.artifact_type.empty()) drop(dropped, fmt::format("artifact type of {}", of));
  descriptor.artifact_type.clear();
  if (descriptor.data) drop(dropped, fmt::format("embedded data of {}", of));
  descriptor.data.reset();
}

/// What a layer is called in a format; `unsupported` if it is nothing there.
std::string layer_type_in(ImageFormat format, const std::string& type, std::string_view where) {
  const bool docker = format == ImageFormat::docker;
  const auto compression = media_type::layer_compression(type);
  if (docker && compression == Compression::zstd) {
    fail(ErrorKind::unsupported,
         "{} is compressed with zstd, for which Docker manifests have no type: wanted gzip or "
         "uncompressed (--compression gzip)",
         where);
  }
  if (compression && !media_type::is_foreign_layer(type)) {
    return media_type::layer_type(docker, *compression);
  }
  std::string there = docker ? media_type::to_docker(type) : media_type::to_oci(type);
  if (docker && !media_type::is_docker(there)) {
    fail(ErrorKind::unsupported, "{} is of type {}, which Docker manifests cannot hold", where,
         type);
  }
  return there;
}

void retype_layers(std::vector<Descriptor>& layers, ImageFormat format) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].media_type =
        layer_type_in(format, layers[i].media_type, fmt::format("layer {}", i + 1));
  }
}

void strip_for_docker(Manifest& manifest, std::vector<std::string>* dropped) {
  drop_annotations(manifest.annotations, "the manifest", dropped);
  if (manifest.subject) drop(dropped, "subject " + manifest.subject->digest.str());
  manifest.subject.reset();
  if (!manifest.artifact_type.empty()) drop(dropped, "artifact type " + manifest.artifact_type);
  manifest.artifact_type.clear();
  strip_for_docker(manifest.config, "the config", dropped);
  for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
    strip_for_docker(manifest.layers[i], fmt::format("layer {}", i + 1), dropped);
  }
}

std::string_view manifest_type(ImageFormat format) {
  return format == ImageFormat::docker ? media_type::docker_manifest : media_type::oci_manifest;
}

std::string_view config_type(ImageFormat format) {
  return format == ImageFormat::docker ? media_type::docker_config : media_type::oci_config;
}

}  // namespace

AuthoredImage author_image(const ImageConfig& config, std::vector<Descriptor> layers,
                           const Annotations& annotations, ImageFormat format) {
  if (config.diff_ids.size() != layers.size()) {
    fail(ErrorKind::invalid, "author an image: wanted {} diff ids, one a layer, got {}",
         layers.size(), config.diff_ids.size());
  }
  if (format == ImageFormat::docker && !annotations.empty()) {
    fail(ErrorKind::unsupported,
         "author an image: Docker manifests have no annotations, got \"{}\" (--format oci)",
         annotations.begin()->first);
  }
  std::string bytes = serialize(config);
  Descriptor descriptor{std::string(config_type(format)), digest_of(bytes), bytes.size()};
  retype_layers(layers, format);
  Manifest manifest{std::string(manifest_type(format)), descriptor, std::move(layers), annotations};
  if (format == ImageFormat::docker) strip_for_docker(manifest, nullptr);
  return {raw_manifest(serialize(manifest), manifest.media_type), std::move(bytes),
          std::move(descriptor)};
}

RawManifest with_layers(const Manifest& manifest, std::vector<Descriptor> layers) {
  if (layers.size() != manifest.layers.size()) {
    fail(ErrorKind::invalid, "replace the layers of a manifest: wanted {} descriptors, got {}",
         manifest.layers.size(), layers.size());
  }
  Manifest changed = manifest;
  changed.layers = std::move(layers);
  return raw_manifest(serialize(changed), changed.media_type);
}

RawManifest convert(const Manifest& manifest, ImageFormat format,
                    std::vector<std::string>* dropped) {
  if (!media_type::is_config(manifest.config.media_type)) {
    if (format == ImageFormat::docker) {
      fail(ErrorKind::unsupported,
           "a Docker manifest can only hold an image, got an artifact with a config of type {}",
           manifest.config.media_type);
    }
  }
  Manifest changed = manifest;
  changed.media_type = manifest_type(format);
  if (media_type::is_config(changed.config.media_type)) {
    changed.config.media_type = config_type(format);
  }
  retype_layers(changed.layers, format);
  if (format == ImageFormat::docker) strip_for_docker(changed, dropped);
  return raw_manifest(serialize(changed), changed.media_type);
}

RawManifest convert(const Index& index, ImageFormat format, std::vector<std::string>* dropped) {
  Index changed = index;
  if (format == ImageFormat::oci) {
    changed.media_type = media_type::oci_index;
    return raw_manifest(serialize(changed), changed.media_type);
  }
  changed.media_type = media_type::docker_list;
  drop_annotations(changed.annotations, "the index", dropped);
  if (changed.subject) drop(dropped, "subject " + changed.subject->digest.str());
  changed.subject.reset();
  if (!changed.artifact_type.empty()) drop(dropped, "artifact type " + changed.artifact_type);
  changed.artifact_type.clear();
  for (Descriptor& entry : changed.manifests) {
    strip_for_docker(entry, "instance " + entry.digest.short_hex(), dropped);
  }
  return raw_manifest(serialize(changed), changed.media_type);
}

ImageFormat format_of(std::string_view type) {
  return media_type::is_docker(type) ? ImageFormat::docker : ImageFormat::oci;
}

std::string_view to_string(ImageFormat format) {
  return format == ImageFormat::docker ? "docker" : "oci";
}

}  // namespace lade
