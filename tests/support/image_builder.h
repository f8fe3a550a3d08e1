#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libimage/image/artifact.h"
#include "libimage/image/mutate.h"
#include "libimage/oci/media_type.h"
#include "libimage/stream/codec.h"
#include "tests/support/memory_image.h"
#include "tests/support/tar_builder.h"

namespace lade {

using Files = std::vector<std::pair<std::string, std::string>>;

/// An uncompressed tar of files.
inline std::string tar_of(const Files& files) {
  TarBuilder tar;
  for (const auto& [path, text] : files) tar.file(path, text);
  return tar.bytes();
}

inline std::string pack(std::string_view bytes, Compression compression) {
  StringSink sink;
  const auto encoder = make_encoder(sink, {.compression = compression});
  encoder->write(bytes);
  encoder->finish();
  return sink.take();
}

/// Stores a layer blob, with its media type.
inline NewLayer add_layer(MemoryImageSource& source, const std::string& tar,
                          Compression compression = Compression::gzip,
                          ImageFormat format = ImageFormat::oci) {
  const std::string type = media_type::layer_type(format == ImageFormat::docker, compression);
  return {source.add_blob(pack(tar, compression), type), digest_of(tar)};
}

inline constexpr Timestamp build_time{1'700'000'000, 0};

inline HistoryEntry step(std::string command, bool empty_layer) {
  HistoryEntry entry;
  entry.created = build_time;
  entry.created_by = std::move(command);
  entry.empty_layer = empty_layer;
  return entry;
}

struct TestImage {
  std::string platform = "linux/amd64";
  ImageFormat format = ImageFormat::oci;
  Annotations annotations{};
};

/// Stores an image over layers that are stored, and returns its manifest.
inline RawManifest add_image(MemoryImageSource& source, const std::vector<NewLayer>& layers,
                             const TestImage& options = {}) {
  ImageConfig config;
  config.created = build_time;
  config.platform = Platform::parse(options.platform);
  config.config.env = {"PATH=/bin"};
  std::vector<Descriptor> blobs;
  for (const NewLayer& layer : layers) {
    blobs.push_back(layer.blob);
    config.diff_ids.push_back(layer.diff_id);
    config.history.push_back(step("COPY . /", false));
  }
  config.history.push_back(step("ENV", true));
  AuthoredImage image = author_image(config, blobs, options.annotations, options.format);
  source.add_blob(image.config_bytes, image.config.media_type);
  source.add_manifest(image.manifest);
  return image.manifest;
}

/// An entry of an index.
inline Descriptor instance(const RawManifest& manifest, const std::string& platform) {
  Descriptor entry = manifest.descriptor();
  entry.platform = Platform::parse(platform);
  return entry;
}

inline RawManifest index_of(const std::vector<Descriptor>& entries,
                            ImageFormat format = ImageFormat::oci) {
  return convert(Index{{}, entries}, format, nullptr);
}

/// An image of two small layers, set as the top of the source.
inline RawManifest add_small_image(MemoryImageSource& source, const TestImage& options = {},
                                   Compression compression = Compression::gzip) {
  const auto below = add_layer(source, tar_of({{"etc/os-release", "ID=" + options.platform}}),
                               compression, options.format);
  const auto above =
      add_layer(source, tar_of({{"app", "run"}, {"etc/.wh.old", ""}}), compression, options.format);
  RawManifest manifest = add_image(source, {below, above}, options);
  source.set_top(manifest);
  return manifest;
}

/// Things that are about an image: an SBOM, something about that, and a signature as cosign
/// attaches them.
struct Attached {
  RawManifest sbom;
  RawManifest about_sbom;
  RawManifest signature;
  std::string tag;
};

inline Attached add_attached(MemoryImageSource& source, const RawManifest& image) {
  source.add_blob(std::string(empty_blob), std::string(media_type::oci_empty));
  const auto blob = [&](const std::string& what) {
    return source.add_blob(fmt::format("{} of {}", what, image.digest.str()), "text/x-test");
  };
  const auto about = [&](const RawManifest& subject, const std::string& type) {
    return author_artifact({.artifact_type = "application/x-" + type,
                            .blobs = {blob(type)},
                            .annotations = {{"what", type}},
                            .subject = subject.descriptor()});
  };
  const RawManifest sbom = about(image, "sbom");
  const RawManifest about_sbom = about(sbom, "note");
  const RawManifest signature =
      author_artifact({.artifact_type = "application/x-signature", .blobs = {blob("signature")}});
  const std::string tag = fallback_tag(image.digest) + ".sig";
  source.attach(sbom);
  source.attach(about_sbom);
  source.attach(signature, tag);
  return {sbom, about_sbom, signature, tag};
}

}  // namespace lade
