#include "libimage/image/mutate.h"

#include <catch2/catch.hpp>

#include "libimage/image/artifact.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

constexpr std::string_view foreign_gzip =
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

Manifest parsed(const RawManifest& raw) { return parse_manifest(raw.bytes, raw.media_type, "it"); }

TEST_CASE("an authored image is valid and equal input gives equal bytes") {
  const auto format = GENERATE(ImageFormat::oci, ImageFormat::docker);
  MemoryImageSource one;
  MemoryImageSource two;
  const RawManifest first = add_small_image(one, {.format = format});
  const RawManifest second = add_small_image(two, {.format = format});
  CHECK(first.bytes == second.bytes);
  CHECK(first.digest == digest_of(first.bytes));
  CHECK(format_of(first.media_type) == format);
  require_valid(one);
}

TEST_CASE("an authored image has the media types of its format whatever its layers came as") {
  MemoryImageSource source;
  const NewLayer layer = add_layer(source, tar_of({{"a", "b"}}), Compression::gzip);
  const Manifest manifest = parsed(add_image(source, {layer}, {.format = ImageFormat::docker}));
  CHECK(manifest.media_type == media_type::docker_manifest);
  CHECK(manifest.config.media_type == media_type::docker_config);
  CHECK(manifest.layers.at(0).media_type == media_type::docker_layer_gzip);
}

TEST_CASE("author_image refuses what its format cannot say") {
  MemoryImageSource source;
  ImageConfig config;
  config.platform = Platform::parse("linux/amd64");
  const NewLayer layer = add_layer(source, tar_of({}), Compression::zstd);
  SECTION("fewer diff ids than layers") {
    CHECK_THROWS_WITH(author_image(config, {layer.blob}, {}, ImageFormat::oci),
                      "author an image: wanted 1 diff ids, one a layer, got 0");
  }
  SECTION("zstd in a Docker manifest, with the way out") {
    config.diff_ids = {layer.diff_id};
    CHECK_THROWS_WITH(author_image(config, {layer.blob}, {}, ImageFormat::docker),
                      Catch::Contains("layer 1 is compressed with zstd") &&
                          Catch::Contains("--compression gzip"));
  }
  SECTION("annotations in a Docker manifest") {
    CHECK_THROWS_WITH(author_image(config, {}, {{"a.b", "c"}}, ImageFormat::docker),
                      Catch::Contains("no annotations, got \"a.b\""));
  }
}

TEST_CASE("converting to docker and back changes media types and nothing else") {
  MemoryImageSource source;
  const RawManifest oci = add_small_image(source);
  std::vector<std::string> dropped;
  const RawManifest docker = convert(parsed(oci), ImageFormat::docker, &dropped);
  CHECK(dropped.empty());
  CHECK(docker.media_type == media_type::docker_manifest);
  CHECK(parsed(docker).layers.at(1).digest == parsed(oci).layers.at(1).digest);
  const RawManifest back = convert(parsed(docker), ImageFormat::oci, nullptr);
  CHECK(back.bytes == oci.bytes);
  source.set_top(docker);
  require_valid(source);
}

TEST_CASE("what docker manifests cannot hold is dropped and named") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source, {.annotations = {{"org.x", "y"}}}));
  manifest.subject = empty_descriptor();
  manifest.artifact_type = "text/x";
  manifest.layers[1].annotations = {{"title", "t"}};
  manifest.config.data = "{}";
  std::vector<std::string> dropped;
  const Manifest docker = parsed(convert(manifest, ImageFormat::docker, &dropped));
  CHECK(dropped == std::vector<std::string>{"annotation \"org.x\" of the manifest",
                                            "subject " + empty_descriptor().digest.str(),
                                            "artifact type text/x", "embedded data of the config",
                                            "annotation \"title\" of layer 2"});
  CHECK(docker.annotations.empty());
  CHECK_FALSE(docker.subject);
  CHECK(docker.layers[1].annotations.empty());
}

TEST_CASE("foreign layers keep being foreign in the other family") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source));
  manifest.layers[0].media_type = foreign_gzip;
  manifest.layers[0].urls = {"https://example.com/layer"};
  const Manifest docker = parsed(convert(manifest, ImageFormat::docker, nullptr));
  CHECK(docker.layers[0].media_type == "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
  CHECK(docker.layers[0].urls == manifest.layers[0].urls);
}

TEST_CASE("convert refuses to make a docker manifest of what is none") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source));
  SECTION("an artifact") {
    manifest.config = empty_descriptor();
    CHECK_THROWS_WITH(convert(manifest, ImageFormat::docker, nullptr),
                      Catch::Contains("got an artifact with a config of type " +
                                      std::string(media_type::oci_empty)));
  }
  SECTION("a layer of another kind") {
    manifest.layers[0].media_type = "application/vnd.in-toto+json";
    CHECK_THROWS_WITH(convert(manifest, ImageFormat::docker, nullptr),
                      "layer 1 is of type application/vnd.in-toto+json, which Docker manifests "
                      "cannot hold");
  }
}

TEST_CASE("with_layers changes layers and keeps the rest") {
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source, {.annotations = {{"a", "b"}}}));
  std::vector<Descriptor> layers = manifest.layers;
  std::swap(layers[0], layers[1]);
  const Manifest changed = parsed(with_layers(manifest, layers));
  CHECK(changed.layers == layers);
  CHECK(changed.config == manifest.config);
  CHECK(changed.annotations == manifest.annotations);
  layers.pop_back();
  CHECK_THROWS_WITH(with_layers(manifest, layers), Catch::Contains("wanted 2 descriptors, got 1"));
}

TEST_CASE("an index converts to a manifest list without what lists cannot hold") {
  MemoryImageSource source;
  Index index;
  index.manifests = {
      instance(add_small_image(source, {.format = ImageFormat::docker}), "linux/amd64")};
  index.manifests[0].annotations = {{"k", "v"}};
  index.annotations = {{"a", "b"}};
  std::vector<std::string> dropped;
  const RawManifest list = convert(index, ImageFormat::docker, &dropped);
  CHECK(list.media_type == media_type::docker_list);
  CHECK(dropped.size() == 2);
  source.set_top(list);
  require_valid(source);
}

}  // namespace
}  // namespace lade
