#include "libimage/image/artifact.h"

#include <catch2/catch.hpp>

#include "libimage/image/copy.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade {
namespace {

/// An SBOM about an image, both stored; the SBOM is the top.
RawManifest add_sbom(MemoryImageSource& source) {
  const RawManifest image = add_small_image(source);
  source.add_blob(std::string(empty_blob), std::string(media_type::oci_empty));
  RawManifest sbom = author_artifact(
      {.artifact_type = "application/spdx+json",
       .blobs = {source.add_blob(R"({"spdxVersion":"SPDX-2.3"})", "application/spdx+json")},
       .annotations = {{"org.opencontainers.image.created", "2024-01-02T03:04:05Z"}},
       .subject = image.descriptor()});
  source.set_top(sbom);
  return sbom;
}

TEST_CASE("the empty descriptor is the one image-spec gives") {
  CHECK(empty_descriptor().digest.str() ==
        "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  CHECK(empty_descriptor().size_bytes == 2);
}

TEST_CASE("an artifact has a type, the empty config and a subject") {
  MemoryImageSource source;
  const RawManifest raw = add_sbom(source);
  const Manifest manifest = parse_manifest(raw.bytes, "", "the artifact");
  CHECK(manifest.artifact_type == "application/spdx+json");
  CHECK(manifest.config == empty_descriptor());
  REQUIRE(manifest.subject);
  CHECK(manifest.subject->media_type == media_type::oci_manifest);
  require_valid(source);
}

TEST_CASE("an artifact without blobs has the empty blob for its only one") {
  const RawManifest raw = author_artifact({.artifact_type = "text/x"});
  CHECK(parse_manifest(raw.bytes, "", "the artifact").layers ==
        std::vector<Descriptor>{empty_descriptor()});
}

TEST_CASE("an artifact without a type is refused") {
  CHECK_THROWS_WITH(author_artifact({}), "author an artifact: it needs an artifact type, got none");
}

TEST_CASE("an artifact is copied as it is, even where layers are recompressed") {
  MemoryImageSource source;
  const RawManifest sbom = add_sbom(source);
  MemoryImageDestination destination;
  const CopyReport report =
      copy_image(source, destination, {.compression = Compression::zstd}, no_progress());
  CHECK(report.manifest.bytes == sbom.bytes);
  CHECK(report.blobs_copied == 2);
  require_valid(*destination.as_source());
}

TEST_CASE("an artifact does not go where only images can") {
  MemoryImageSource source;
  add_sbom(source);
  MemoryImageDestination destination({.any_blobs = false});
  CHECK_THROWS_WITH(copy_image(source, destination, {}, no_progress()),
                    Catch::Contains("memory:destination can only hold images"));
  MemoryImageDestination docker({.oci = false});
  CHECK_THROWS_WITH(copy_image(source, docker, {}, no_progress()),
                    Catch::Contains("a Docker manifest can only hold an image"));
  CHECK(docker.events().empty());
}

}  // namespace
}  // namespace lade
