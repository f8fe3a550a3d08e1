#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "libimage/image/image.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

Manifest parsed(const RawManifest& raw) { return parse_manifest(raw.bytes, raw.media_type, "it"); }

class MemoryLayers final : public LayerMemory {
 public:
  std::optional<Digest> find_diff_id(const Digest& blob) override {
    return known_.with([&](const auto& known) -> std::optional<Digest> {
      for (const auto& [descriptor, diff_id] : known) {
        if (descriptor.digest == blob) return diff_id;
      }
      return std::nullopt;
    });
  }
  std::vector<Descriptor> find_blobs(const Digest& wanted) override {
    return known_.with([&](const auto& known) {
      std::vector<Descriptor> blobs;
      for (const auto& [descriptor, diff_id] : known) {
        if (diff_id == wanted) blobs.push_back(descriptor);
      }
      return blobs;
    });
  }
  void remember(const Descriptor& blob, const Digest& diff_id) override {
    known_.with([&](auto& known) { known.emplace_back(blob, diff_id); });
  }

 private:
  Guarded<std::vector<std::pair<Descriptor, Digest>>> known_;
};

TEST_CASE("layers are recompressed to what is asked for") {
  const auto from = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const auto to = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const unsigned jobs = GENERATE(1U, 8U);
  MemoryImageSource source;
  const RawManifest image = add_small_image(source, {}, from);
  MemoryImageDestination destination;
  const CopyReport report =
      copy_image(source, destination, {.compression = to, .jobs = jobs}, no_progress());
  const Manifest copied = parsed(report.manifest);
  CHECK(copied.config == parsed(image).config);
  for (const Descriptor& layer : copied.layers) {
    CHECK(layer.media_type == media_type::layer_type(false, to));
  }
  CHECK((report.manifest.bytes == image.bytes) == (from == to));
  CHECK(destination.blobs().size() == 3);
  require_valid(*destination.as_source());
}

TEST_CASE("a destination that stores layers uncompressed gets them so") {
  MemoryImageSource source;
  add_small_image(source);
  MemoryImageDestination destination(
      {.indexes = false, .any_blobs = false, .oci = false, .layer_compression = Compression::none});
  const CopyReport report = copy_image(source, destination, {}, no_progress());
  const Manifest copied = parsed(report.manifest);
  CHECK(copied.media_type == media_type::docker_manifest);
  CHECK(copied.layers[0].media_type == media_type::docker_layer);
  REQUIRE(report.notes.size() == 2);
  CHECK_THAT(report.notes[0],
             Catch::StartsWith("converted the image (sha256:") && Catch::EndsWith("to docker"));
  CHECK(report.notes[1] == "recompressed layers: 2");
  require_valid(*destination.as_source());
}

TEST_CASE("layers that are not compressed are if so asked, others stay, and the note says it") {
  MemoryImageSource source;
  const NewLayer plain = add_layer(source, tar_of({{"a", "b"}}), Compression::none);
  const NewLayer zstd = add_layer(source, tar_of({{"c", "d"}}), Compression::zstd);
  const RawManifest image = add_image(source, {plain, zstd});
  source.set_top(image);
  CopyOptions options{.pack_unpacked = Compression::gzip};
  MemoryImageDestination destination;
  const CopyReport report = copy_image(source, destination, options, no_progress());
  const Manifest copied = parsed(report.manifest);
  CHECK(copied.layers[0].media_type == media_type::oci_layer_gzip);
  CHECK(copied.layers[1] == zstd.blob);
  REQUIRE(report.notes.size() == 2);
  CHECK(report.notes[0] ==
        fmt::format("layers that were not compressed: 1; they are compressed, which changes the "
                    "digest of the image ({}) to {}; --dest-compress=false keeps them",
                    image.digest.str(), report.manifest.digest.str()));
  require_valid(*destination.as_source());
  options.preserve_digests = true;
  MemoryImageDestination other;
  CHECK_THAT(
      error_of(ErrorKind::conflict, [&] { copy_image(source, other, options, no_progress()); }),
      Catch::EndsWith("to gzip (--dest-compress=false keeps it)"));
  CHECK(other.events().empty());
  // what is asked for by name goes before
  options = {.compression = Compression::none, .pack_unpacked = Compression::gzip};
  CHECK(parsed(copy_image(source, other, options, no_progress()).manifest).layers[0] == plain.blob);
}

TEST_CASE("an image whose layers are all compressed is left alone by that") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  MemoryImageDestination destination;
  const CopyReport report =
      copy_image(source, destination,
                 {.preserve_digests = true, .pack_unpacked = Compression::gzip}, no_progress());
  CHECK(report.manifest.bytes == image.bytes);
  CHECK(report.notes.empty());
}

TEST_CASE("an uncompressed layer under a compressed one's media type is not believed") {
  MemoryImageSource source;
  NewLayer layer = add_layer(source, tar_of({{"a", "b"}}), Compression::gzip);
  layer.blob.media_type = media_type::oci_layer;
  source.set_top(add_image(source, {layer}));
  MemoryImageDestination destination({.layer_compression = Compression::none});
  copy_image(source, destination, {}, no_progress());
  CHECK(destination.blobs().contains(layer.diff_id));
  require_valid(*destination.as_source());
}

TEST_CASE("xz and bzip2 are not written") {
  MemoryImageSource source;
  add_small_image(source);
  MemoryImageDestination destination;
  CHECK_THAT(error_of(ErrorKind::unsupported,
                      [&] {
                        copy_image(source, destination, {.compression = Compression::xz},
                                   no_progress());
                      }),
             Catch::Contains("layers are never written as xz"));
}

TEST_CASE("annotations of the packing go with it, others stay") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source));
  manifest.layers[0].annotations = {{"containerd.io/snapshot/stargz/toc.digest", "sha256:x"},
                                    {"org.example", "y"}};
  source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
  MemoryImageDestination destination;
  const CopyReport report =
      copy_image(source, destination, {.compression = Compression::zstd}, no_progress());
  CHECK(parsed(report.manifest).layers[0].annotations == Annotations{{"org.example", "y"}});
}

TEST_CASE("preserve_digests is a conflict that says what would change, before anything is copied") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  MemoryImageDestination destination;
  CopyOptions options{.preserve_digests = true};
  SECTION("recompression") {
    options.compression = Compression::zstd;
    CHECK_THAT(error_of(ErrorKind::conflict,
                        [&] { copy_image(source, destination, options, no_progress()); }),
               Catch::Contains("the digest of the image (" + image.digest.str() +
                               ") cannot be preserved") &&
                   Catch::Contains("layer 1 of the image") &&
                   Catch::Contains("recompressed from " + std::string(media_type::oci_layer_gzip) +
                                   " to zstd"));
  }
  SECTION("conversion") {
    options.format = ImageFormat::docker;
    CHECK_THAT(error_of(ErrorKind::conflict,
                        [&] { copy_image(source, destination, options, no_progress()); }),
               Catch::EndsWith("it would be converted from oci to docker"));
  }
  CHECK(destination.events().empty());
  CHECK(copy_image(source, destination, {.preserve_digests = true}, no_progress()).manifest.bytes ==
        image.bytes);
}

TEST_CASE("zstd layers do not go into docker manifests, and the message says what helps") {
  MemoryImageSource source;
  const auto packed = GENERATE(Compression::zstd, Compression::gzip);
  add_small_image(source, {}, packed);
  MemoryImageDestination destination;
  CopyOptions options{.format = ImageFormat::docker};
  if (packed == Compression::gzip) options.compression = Compression::zstd;
  CHECK_THAT(error_of(ErrorKind::unsupported,
                      [&] { copy_image(source, destination, options, no_progress()); }),
             Catch::Contains("--compression gzip"));
  CHECK(destination.events().empty());
  options.compression = Compression::gzip;
  copy_image(source, destination, options, no_progress());
  require_valid(*destination.as_source());
}

TEST_CASE("a recompression is remembered and not done again") {
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source));
  MemoryLayers memory;
  const CopyOptions options{.compression = Compression::zstd, .memory = &memory};
  MemoryImageDestination first;
  const CopyReport report = copy_image(source, first, options, no_progress());
  CHECK(memory.find_diff_id(manifest.layers[0].digest));
  const std::size_t opened = source.opened();

  SECTION("the destination has the result") {
    const CopyReport again = copy_image(source, first, options, no_progress());
    CHECK(again.manifest.bytes == report.manifest.bytes);
    CHECK(again.blobs_present == 3);
    CHECK(source.opened() == opened + 1);  // the config
  }
  SECTION("the source has the result") {
    for (const auto& [digest, bytes] : first.blobs()) source.set_blob(digest, bytes);
    MemoryImageDestination second;
    const CopyReport again = copy_image(source, second, options, no_progress());
    CHECK(again.manifest.bytes == report.manifest.bytes);
    CHECK(source.opened(manifest.layers[0].digest) == 1);
    CHECK(again.notes.empty());
    require_valid(*second.as_source());
  }
  SECTION("nobody has the result any more") {
    MemoryImageDestination second;
    CHECK(copy_image(source, second, options, no_progress()).manifest.bytes ==
          report.manifest.bytes);
    CHECK(source.opened(manifest.layers[0].digest) == 2);
  }
}

TEST_CASE("a foreign layer cannot go where layers must be recompressed") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source));
  manifest.layers[0].urls = {"https://example.com/layer"};
  source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
  MemoryImageDestination destination({.layer_compression = Compression::none});
  CHECK_THAT(
      error_of(ErrorKind::unsupported, [&] { copy_image(source, destination, {}, no_progress()); }),
      Catch::Contains("holds layers as none only, and layer 1 of the image"));
}

}  // namespace
}  // namespace lade
