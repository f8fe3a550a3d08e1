#include "libimage/image/image.h"

#include <catch2/catch.hpp>

#include "libimage/image/artifact.h"
#include "libimage/image/instance.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

const Platform amd64 = Platform::parse("linux/amd64");

ErrorKind kind_of(ImageSource& source, const Platform& platform = amd64) {
  try {
    read_image(source, platform);
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::internal;
}

TEST_CASE("read_image reads manifest and config") {
  MemoryImageSource source;
  const RawManifest raw = add_small_image(source);
  const Image image = read_image(source, amd64);
  CHECK(image.raw.digest == raw.digest);
  CHECK(image.manifest.layers.size() == 2);
  CHECK(image.config.diff_ids.size() == 2);
  CHECK(image.config.platform.str() == "linux/amd64");
  CHECK(digest_of(image.config_bytes) == image.manifest.config.digest);
  CHECK_FALSE(image.index);
  require_valid(source);
}

TEST_CASE("read_image chooses the instance for the platform and keeps the index") {
  MemoryImageSource source;
  const RawManifest intel = add_small_image(source);
  const RawManifest arm = add_small_image(source, {.platform = "linux/arm64"});
  const RawManifest index =
      index_of({instance(intel, "linux/amd64"), instance(arm, "linux/arm64")});
  source.set_top(index);
  const Image image = read_image(source, Platform::parse("linux/arm64"));
  CHECK(image.raw.digest == arm.digest);
  REQUIRE(image.index);
  CHECK(image.index->digest == index.digest);
  require_valid(source);
}

TEST_CASE("read_image looks into indexes in indexes") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  RawManifest index = index_of({instance(image, "linux/amd64")});
  for (unsigned depth = 1; depth < index_depth_limit; ++depth) {
    source.add_manifest(index);
    index = index_of({index.descriptor()});
  }
  source.set_top(index);
  CHECK(read_image(source, amd64).raw.digest == image.digest);
  source.add_manifest(index);
  source.set_top(index_of({index.descriptor()}));
  CHECK_THROWS_WITH(read_image(source, amd64), Catch::Contains("nested deeper than 4 levels"));
}

TEST_CASE("no instance for a platform is not_found and lists those there are") {
  MemoryImageSource source;
  const RawManifest arm = add_small_image(source, {.platform = "linux/arm64"});
  source.set_top(index_of({instance(arm, "linux/arm64"), instance(arm, "linux/arm/v7")}));
  CHECK(kind_of(source) == ErrorKind::not_found);
  CHECK_THROWS_WITH(read_image(source, amd64),
                    "memory:source has no image for linux/amd64; it has: linux/arm64, "
                    "linux/arm/v7");
  source.set_top(index_of({}));
  CHECK_THROWS_WITH(read_image(source, amd64), Catch::EndsWith("it has: none"));
}

TEST_CASE("read_image finds out the type of a manifest the source knows nothing of") {
  MemoryImageSource source;
  RawManifest raw = add_small_image(source);
  raw.media_type = "application/json";
  source.set_top(raw);
  CHECK(read_image(source, amd64).raw.media_type == media_type::oci_manifest);
}

TEST_CASE("read_image believes no manifest that its digest does not confirm") {
  MemoryImageSource source;
  RawManifest raw = add_small_image(source);
  SECTION("the top one") {
    raw.bytes += " ";
    source.set_top(raw);
    CHECK(kind_of(source) == ErrorKind::corrupt);
    CHECK_THROWS_WITH(read_image(source, amd64), Catch::Contains("wanted " + raw.digest.str()));
  }
  SECTION("an instance of another size") {
    const RawManifest index = index_of({instance(raw, "linux/amd64")});
    source.set_top(index);
    raw.bytes += " ";
    source.add_manifest(raw);
    CHECK(kind_of(source) == ErrorKind::corrupt);
    CHECK_THROWS_WITH(read_image(source, amd64), Catch::Contains("has the wrong size"));
  }
  SECTION("an instance with other bytes") {
    source.set_top(index_of({instance(raw, "linux/amd64")}));
    raw.bytes[0] = ' ';
    source.add_manifest(raw);
    CHECK(kind_of(source) == ErrorKind::corrupt);
  }
  SECTION("one that is too large") {
    raw.bytes.append(manifest_limit_bytes, ' ');
    source.set_top(raw);
    CHECK_THROWS_WITH(read_image(source, amd64), Catch::Contains("wanted at most 4194304 bytes"));
  }
}

TEST_CASE("read_image believes no config that its digest does not confirm") {
  MemoryImageSource source;
  const RawManifest raw = add_small_image(source);
  const Digest config = parse_manifest(raw.bytes, "", "it").config.digest;
  const auto fault =
      GENERATE(BlobFault{.flip_at = 3}, BlobFault{.truncate_at = 7}, BlobFault{.append = "}"});
  source.set_fault(config, fault);
  CHECK(kind_of(source) == ErrorKind::corrupt);
  CHECK_THROWS_WITH(read_image(source, amd64), Catch::Contains("blob " + config.str()));
}

TEST_CASE("a config with fewer diff ids than the manifest has layers is corrupt") {
  MemoryImageSource source;
  const RawManifest raw = add_small_image(source);
  Manifest manifest = parse_manifest(raw.bytes, "", "it");
  manifest.layers.pop_back();
  source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
  CHECK(kind_of(source) == ErrorKind::corrupt);
  CHECK_THROWS_WITH(read_image(source, amd64),
                    Catch::Contains("wanted 1 diff ids, one a layer, got 2"));
}

TEST_CASE("an artifact is no image") {
  MemoryImageSource source;
  source.set_top(author_artifact({.artifact_type = "text/x"}));
  CHECK(kind_of(source) == ErrorKind::unsupported);
  CHECK_THROWS_WITH(read_image(source, amd64), Catch::Contains("is an artifact (text/x)"));
}

TEST_CASE("embedded data is used and verified") {
  MemoryImageSource source;
  Descriptor blob = source.add_blob("hello", "text/plain");
  blob.data = "hello";
  CHECK(read_blob(source, blob, 100) == "hello");
  CHECK(source.opened() == 0);
  blob.data = "hallo";
  CHECK_THROWS_WITH(read_blob(source, blob, 100), Catch::Contains("has the wrong digest"));
  blob.data.reset();
  CHECK(read_blob(source, blob, 100) == "hello");
  CHECK(source.opened() == 1);
}

TEST_CASE("embedded instances are used and verified") {
  MemoryImageSource source;
  const RawManifest raw = add_small_image(source);
  Descriptor entry = instance(raw, "linux/amd64");
  entry.data = raw.bytes;
  source.set_top(index_of({entry}));
  source.remove_manifest(raw.digest);
  CHECK(read_image(source, amd64).raw.digest == raw.digest);
  entry.data->back() = ' ';
  source.set_top(index_of({entry}));
  CHECK(kind_of(source) == ErrorKind::corrupt);
}

TEST_CASE("a blob larger than its limit is not read") {
  MemoryImageSource source;
  const Descriptor blob = source.add_blob("hello", "text/plain");
  CHECK_THROWS_WITH(read_blob(source, blob, 4), Catch::Contains("wanted at most 4 bytes, got 5"));
  CHECK(source.opened() == 0);
}

}  // namespace
}  // namespace lade
