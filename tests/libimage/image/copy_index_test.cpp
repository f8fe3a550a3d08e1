#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "libimage/image/instance.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

using Kind = PlatformChoice::Kind;

Index parsed_index(const RawManifest& raw) { return parse_index(raw.bytes, raw.media_type, "it"); }

CopyOptions of_kind(Kind kind) { return {.platforms = {.kind = kind}}; }

CopyOptions listed(const std::vector<std::string>& platforms) {
  CopyOptions options = of_kind(Kind::listed);
  for (const std::string& platform : platforms) {
    options.platforms.listed.push_back(Platform::parse(platform));
  }
  return options;
}

/// What BuildKit says about an image of the index.
Descriptor add_attestation(MemoryImageSource& source, const RawManifest& image) {
  const NewLayer statement{
      source.add_blob("{\"of\":\"" + image.digest.str() + "\"}", "application/vnd.in-toto+json"),
      digest_of("statement")};
  const RawManifest manifest = add_image(source, {statement});
  Descriptor entry = manifest.descriptor();
  entry.platform = Platform{.os = "unknown",
                            .architecture = "unknown",
                            .variant = {},
                            .os_version = {},
                            .os_features = {}};
  entry.annotations = {{std::string(attestation_type_key), "attestation-manifest"},
                       {std::string(attestation_subject_key), image.digest.str()}};
  return entry;
}

/// amd64 and arm64, each with an attestation.
struct World {
  explicit World(ImageFormat format = ImageFormat::oci) {
    intel = add_small_image(source, {.format = format});
    arm = add_small_image(source, {.platform = "linux/arm64", .format = format});
    index = index_of({instance(*intel, "linux/amd64"), instance(*arm, "linux/arm64")}, format);
    if (format == ImageFormat::oci) {
      index = index_of({instance(*intel, "linux/amd64"), instance(*arm, "linux/arm64"),
                        add_attestation(source, *intel), add_attestation(source, *arm)});
    }
    source.set_top(*index);
  }
  MemoryImageSource source;
  std::optional<RawManifest> intel;
  std::optional<RawManifest> arm;
  std::optional<RawManifest> index;
};

TEST_CASE("one image of an index is copied without the index, and the note says which") {
  World world;
  MemoryImageDestination destination({.indexes = false, .any_blobs = false});
  CopyOptions options = of_kind(Kind::one);
  options.platforms.wanted = Platform::parse("linux/arm64");
  const CopyReport report = copy_image(world.source, destination, options, no_progress());
  CHECK(report.manifest.digest == world.arm->digest);
  CHECK(report.part == "linux/arm64 of the index " + world.index->digest.str());
  CHECK(report.notes.empty());
  CHECK(destination.manifests().empty());
  require_valid(*destination.as_source());
  options.platforms.wanted = Platform::parse("linux/s390x");
  CHECK_THAT(error_of(ErrorKind::not_found,
                      [&] { copy_image(world.source, destination, options, no_progress()); }),
             Catch::EndsWith("has no image for linux/s390x; it has: linux/amd64, linux/arm64"));
}

TEST_CASE("all images of an index come with their attestations, byte for byte") {
  World world;
  MemoryImageDestination destination;
  const CopyReport report =
      copy_image(world.source, destination, of_kind(Kind::all), no_progress());
  CHECK(report.manifest.bytes == world.index->bytes);
  CHECK(destination.manifests().size() == 4);
  CHECK(destination.blobs() == world.source.blobs());
  require_valid(*destination.as_source());
}

TEST_CASE("listed images come with their attestations under the index as it is") {
  World world;
  MemoryImageDestination destination;
  const CopyReport report =
      copy_image(world.source, destination, listed({"linux/arm64"}), no_progress());
  CHECK(report.manifest.bytes == world.index->bytes);
  CHECK(destination.manifests().size() == 2);
  CHECK(destination.manifests().contains(world.arm->digest));
  CHECK_THAT(error_of(ErrorKind::not_found,
                      [&] {
                        copy_image(world.source, destination, listed({"linux/arm64", "linux/386"}),
                                   no_progress());
                      }),
             Catch::Contains("has no image for linux/386; it has: linux/amd64, linux/arm64"));
}

TEST_CASE("index_only copies an index and nothing that it lists") {
  World world;
  MemoryImageDestination destination;
  copy_image(world.source, destination, of_kind(Kind::index_only), no_progress());
  CHECK(destination.events() == std::vector<std::string>{"name " + world.index->digest.str()});
  CopyOptions options = of_kind(Kind::index_only);
  options.format = ImageFormat::docker;
  CHECK_THAT(error_of(ErrorKind::unsupported,
                      [&] { copy_image(world.source, destination, options, no_progress()); }),
             Catch::EndsWith("cannot become a docker one without its images"));
}

TEST_CASE("an index does not go where one image fits, and the platforms are listed") {
  World world;
  MemoryImageDestination destination({.indexes = false});
  const auto kind = GENERATE(Kind::all, Kind::listed, Kind::index_only);
  CHECK_THAT(error_of(ErrorKind::unsupported,
                      [&] { copy_image(world.source, destination, of_kind(kind), no_progress()); }),
             Catch::Contains("memory:destination can hold one image, got an index: choose one of "
                             "its platforms (linux/amd64, linux/arm64)"));
}

TEST_CASE("recompression rewrites the index, and attestations follow their images") {
  World world;
  MemoryImageDestination destination;
  CopyOptions options = of_kind(Kind::all);
  options.compression = Compression::zstd;
  const CopyReport report = copy_image(world.source, destination, options, no_progress());
  const Index index = parsed_index(report.manifest);
  REQUIRE(index.manifests.size() == 4);
  CHECK(index.manifests[0].digest != world.intel->digest);
  CHECK(index.manifests[0].platform == Platform::parse("linux/amd64"));
  CHECK(index.manifests[2].digest == parsed_index(*world.index).manifests[2].digest);
  CHECK(index.manifests[2].annotations.at(std::string(attestation_subject_key)) ==
        index.manifests[0].digest.str());
  require_valid(*destination.as_source());
}

TEST_CASE("an index becomes a manifest list without the attestations, which are named") {
  World world;
  MemoryImageDestination destination;
  CopyOptions options = of_kind(Kind::all);
  options.format = ImageFormat::docker;
  const CopyReport report = copy_image(world.source, destination, options, no_progress());
  const Index list = parsed_index(report.manifest);
  CHECK(list.media_type == media_type::docker_list);
  REQUIRE(list.manifests.size() == 2);
  CHECK(list.manifests[1].media_type == media_type::docker_manifest);
  std::size_t left = 0;
  for (const std::string& note : report.notes) left += note.starts_with("left the attestation");
  CHECK(left == 2);
  require_valid(*destination.as_source());
}

TEST_CASE("a manifest list becomes an index where docker manifests cannot go") {
  World world(ImageFormat::docker);
  MemoryImageDestination destination({.docker = false});
  const CopyReport report =
      copy_image(world.source, destination, of_kind(Kind::all), no_progress());
  CHECK(report.manifest.media_type == media_type::oci_index);
  CHECK(parsed_index(report.manifest).manifests[0].media_type == media_type::oci_manifest);
  require_valid(*destination.as_source());
}

TEST_CASE("a converted index keeps only what was listed") {
  World world;
  MemoryImageDestination destination;
  CopyOptions options = listed({"linux/amd64"});
  options.format = ImageFormat::docker;
  const CopyReport report = copy_image(world.source, destination, options, no_progress());
  CHECK(parsed_index(report.manifest).manifests.size() == 1);
  require_valid(*destination.as_source());
}

TEST_CASE("a changed index is a conflict where digests are to be preserved") {
  World world;
  MemoryImageDestination destination;
  CopyOptions options = of_kind(Kind::all);
  options.preserve_digests = true;
  options.format = ImageFormat::docker;
  error_of(ErrorKind::conflict,
           [&] { copy_image(world.source, destination, options, no_progress()); });
  CHECK(destination.events().empty());
}

TEST_CASE("indexes in indexes are copied, down to a depth") {
  World world;
  RawManifest index = *world.index;
  for (unsigned depth = 1; depth < index_depth_limit; ++depth) {
    world.source.add_manifest(index);
    index = index_of({index.descriptor()});
  }
  world.source.set_top(index);
  MemoryImageDestination destination;
  const CopyOptions options = GENERATE(of_kind(Kind::all), listed({"linux/amd64"}));
  CHECK(copy_image(world.source, destination, options, no_progress()).manifest.bytes ==
        index.bytes);
  world.source.set_top(index_of({index.descriptor()}));
  CHECK_THAT(error_of(ErrorKind::unsupported,
                      [&] { copy_image(world.source, destination, options, no_progress()); }),
             Catch::Contains("nested deeper than 4 levels"));
}

TEST_CASE("an index that claims to hold itself is refused") {
  MemoryImageSource source;
  RawManifest index = index_of({});
  // nobody can write a document that holds its own digest, so the source has to lie
  RawManifest liar = index_of({index.descriptor()});
  liar.digest = index.digest;
  liar.bytes.resize(index.bytes.size(), ' ');
  source.set_top(index_of({index.descriptor()}));
  source.add_manifest(liar);
  MemoryImageDestination destination;
  error_of(ErrorKind::corrupt,
           [&] { copy_image(source, destination, of_kind(Kind::all), no_progress()); });
  CHECK(destination.events().empty());
}

TEST_CASE("thousands of ways to one image cost one copy of it") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  RawManifest index = index_of(std::vector<Descriptor>(2000, instance(image, "linux/amd64")));
  for (int depth = 0; depth < 2; ++depth) {
    source.add_manifest(index);
    index = index_of(std::vector<Descriptor>(2000, index.descriptor()));
  }
  source.set_top(index);
  MemoryImageDestination destination;
  copy_image(source, destination, of_kind(Kind::all), no_progress());
  CHECK(destination.manifests().size() == 3);
  CHECK(source.opened() == 3);
  require_valid(*destination.as_source());
}

TEST_CASE("manifests that are too much together are refused") {
  MemoryImageSource source;
  std::vector<Descriptor> entries;
  for (int i = 0; i < 20; ++i) {
    const RawManifest big = add_image(
        source, {}, {.annotations = {{"big", std::string(1000, static_cast<char>('a' + i))}}});
    entries.push_back(instance(big, "linux/amd64"));
  }
  source.set_top(index_of(entries));
  MemoryImageDestination destination;
  CopyOptions options = of_kind(Kind::all);
  options.manifests_limit_bytes = 20'000;
  CHECK_THAT(error_of(ErrorKind::invalid,
                      [&] { copy_image(source, destination, options, no_progress()); }),
             Catch::Contains("are too large: wanted at most 20000 bytes together"));
  CHECK(destination.events().empty());
}

}  // namespace
}  // namespace lade
