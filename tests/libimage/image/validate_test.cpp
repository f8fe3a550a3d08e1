#include "libimage/image/validate.h"

#include <catch2/catch.hpp>

#include "libimage/image/artifact.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

Manifest parsed(const RawManifest& raw) { return parse_manifest(raw.bytes, raw.media_type, "it"); }

void set_top(MemoryImageSource& source, const Manifest& manifest) {
  source.set_top(raw_manifest(serialize(manifest), manifest.media_type));
}

/// An image with one layer of these bytes, as they are.
void add_layer_of(MemoryImageSource& source, const std::string& tar) {
  source.set_top(add_image(source, {add_layer(source, tar)}));
}

TEST_CASE("a valid image has no flaws, in any compression and family") {
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  const auto format = GENERATE(ImageFormat::oci, ImageFormat::docker);
  MemoryImageSource source;
  add_small_image(source, {.format = format}, compression);
  CHECK(flaws_of(source).empty());
}

TEST_CASE("the flaws of blobs are found with their contents only") {
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source));
  const Digest bad = manifest.layers[1].digest;
  const auto [fault, words] = GENERATE(table<BlobFault, std::string>({
      {BlobFault{.flip_at = 40}, "has the wrong digest"},
      {BlobFault{.truncate_at = 40}, "ends early: wanted"},
      {BlobFault{.append = "x"}, "has more bytes than its descriptor says"},
  }));
  source.set_fault(bad, fault);
  CHECK(flaws_of(source, {.contents = false}).empty());
  CHECK(source.opened(bad) == 0);
  const std::string flaws = flaws_of(source);
  CHECK_THAT(flaws, Catch::StartsWith("layer 2 of manifest sha256:") && Catch::Contains(words));
}

TEST_CASE("a layer packed otherwise than its media type says is a flaw") {
  MemoryImageSource source;
  NewLayer layer = add_layer(source, tar_of({{"a", "b"}}), Compression::zstd);
  layer.blob.media_type = media_type::oci_layer_gzip;
  source.set_top(add_image(source, {layer}));
  CHECK_THAT(flaws_of(source), Catch::Contains("is packed otherwise than its media type ") &&
                                   Catch::EndsWith("says: wanted gzip, got zstd\n"));
}

TEST_CASE("a wrong diff id is a flaw that says wanted and got") {
  MemoryImageSource source;
  NewLayer layer = add_layer(source, tar_of({{"a", "b"}}));
  const Digest right = layer.diff_id;
  layer.diff_id = digest_of("x");
  source.set_top(add_image(source, {layer}));
  CHECK_THAT(flaws_of(source),
             Catch::EndsWith(fmt::format("does not have the config's diff id: wanted {}, got {}\n",
                                         layer.diff_id.str(), right.str())));
}

TEST_CASE("members no layer may have are flaws") {
  const auto [tar, words] = GENERATE(table<std::string, std::string>({
      {tar_of({{"../../etc/passwd", "x"}}), "member \"../../etc/passwd\""},
      {tar_of({{"a", "1"}, {"./a", "2"}}), "member \"./a\" occurs more than once"},
      {tar_of({{".wh.", ""}}), "member \".wh.\""},
      {TarBuilder{}.hardlink("a", "../b").bytes(), "member \"a\""},
      {tar_of({{"bad\x1b[31m\nname/../..", ""}}), "member \"bad\\x1B[31m\\x0Aname"},
  }));
  MemoryImageSource source;
  add_layer_of(source, tar);
  const std::string flaws = flaws_of(source);
  CHECK_THAT(flaws, Catch::Contains(words, Catch::CaseSensitive::No));
}

TEST_CASE("a layer that is no tar is a flaw, and its diff id is checked all the same") {
  MemoryImageSource source;
  NewLayer layer = add_layer(source, std::string(3000, 'x'));
  layer.diff_id = digest_of("x");
  source.set_top(add_image(source, {layer}));
  const std::string flaws = flaws_of(source);
  CHECK_THAT(flaws, Catch::Contains("the tar") && Catch::Contains("does not have the config's"));
}

TEST_CASE("thousands of flaws of a layer are counted, not told") {
  Files files;
  for (int i = 0; i < 2000; ++i) files.emplace_back("same", "");
  MemoryImageSource source;
  add_layer_of(source, tar_of(files));
  const auto flaws = validate(source);
  CHECK(flaws.size() == 21);
  CHECK(flaws.back().what == "1979 more flaws of this kind");
}

TEST_CASE("a config that does not fit its manifest is a flaw") {
  MemoryImageSource source;
  Manifest manifest = parsed(add_small_image(source));
  SECTION("in the number of layers") {
    manifest.layers.pop_back();
    set_top(source, manifest);
    CHECK_THAT(flaws_of(source), Catch::Contains("wanted 1 diff ids, one a layer, got 2") &&
                                     Catch::Contains("wanted 1 entries with a layer, got 2"));
  }
  SECTION("in size") {
    ++manifest.config.size_bytes;
    set_top(source, manifest);
    CHECK_THAT(flaws_of(source),
               Catch::StartsWith("config sha256:") && Catch::Contains("ends early"));
  }
  SECTION("in family") {
    manifest.config.media_type = media_type::docker_config;
    set_top(source, manifest);
    CHECK_THAT(flaws_of(source),
               Catch::Contains("the config is of type " + std::string(media_type::docker_config) +
                               ", wanted one of the oci family"));
  }
}

TEST_CASE("a config for another platform than the index says is a flaw of that entry") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source, {.platform = "linux/arm64"});
  source.set_top(index_of({instance(image, "linux/arm64/v8"), instance(image, "linux/amd64")}));
  const auto flaws = validate(source);
  REQUIRE(flaws.size() == 1);
  CHECK(flaws[0].what ==
        "its config is for another platform than the index says: wanted linux/amd64, got "
        "linux/arm64");
}

TEST_CASE("every instance of an index is validated, and a missing one is a flaw") {
  MemoryImageSource source;
  const RawManifest good = add_small_image(source);
  const RawManifest gone = add_small_image(source, {.platform = "linux/arm64"});
  NewLayer layer = add_layer(source, tar_of({{"a", "b"}}));
  layer.diff_id = digest_of("x");
  const RawManifest bad = add_image(source, {layer}, {.platform = "linux/s390x"});
  source.remove_manifest(gone.digest);
  source.set_top(index_of({instance(good, "linux/amd64"), instance(gone, "linux/arm64"),
                           instance(bad, "linux/s390x")}));
  const auto flaws = validate(source);
  REQUIRE(flaws.size() == 2);
  CHECK(flaws[0].where == "manifest " + gone.digest.str());
  CHECK_THAT(flaws[0].what, Catch::Contains("has no manifest"));
  CHECK_THAT(flaws[1].where, Catch::EndsWith("of manifest " + bad.digest.str()));
}

TEST_CASE("annotations are checked") {
  MemoryImageSource source;
  add_small_image(source, {.annotations = {{"org.opencontainers.image.created", "yesterday"},
                                           {"", "nameless"}}});
  CHECK_THAT(flaws_of(source), Catch::Contains("must be an RFC 3339 time, got \"yesterday\"") &&
                                   Catch::Contains("an annotation has an empty name"));
}

TEST_CASE("an artifact must say what it is") {
  MemoryImageSource source;
  source.add_blob(std::string(empty_blob), std::string(media_type::oci_empty));
  Manifest manifest = parsed(author_artifact({.artifact_type = "text/x"}));
  set_top(source, manifest);
  CHECK(flaws_of(source).empty());
  manifest.artifact_type.clear();
  set_top(source, manifest);
  CHECK_THAT(flaws_of(source), Catch::Contains("neither an artifact type nor a config"));
}

TEST_CASE("hostile documents are flaws") {
  MemoryImageSource source;
  const auto [text, words] = GENERATE(table<std::string, std::string>({
      {"", "JSON"},
      {"{}", ""},
      {R"({"schemaVersion":2,"schemaVersion":2})", "occurs twice"},
      {R"({"schemaVersion":1,"fsLayers":[]})", ""},
  }));
  source.set_top(raw_manifest(text, ""));
  CHECK(validate(source).size() == 1);
  CHECK_THAT(flaws_of(source), Catch::Contains(words));
}

TEST_CASE("no network is no flaw") {
  MemoryImageSource source;
  const Manifest manifest = parsed(add_small_image(source));
  source.set_fault(manifest.layers[0].digest, {.fail_at = 10});
  error_of(ErrorKind::unavailable, [&] { validate(source); });
}

}  // namespace
}  // namespace lade
