#include "libimage/image/image_tree.h"

#include <catch2/catch.hpp>

#include "libimage/image/artifact.h"
#include "libimage/image/instance.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"

namespace lade {
namespace {

/// An image, and what is said to refer to whom.
struct Place final : MemoryImageSource {
  Place() : MemoryImageSource("memory:place") {}

  std::map<Digest, std::vector<Referrer>> known;

  std::vector<Referrer> referrers(const Digest& subject) override { return known[subject]; }

  RawManifest add_image_for(const std::string& platform) {
    RawManifest image = add_image(*this, {add_layer(*this, tar_of({{platform, "x"}}))});
    add_manifest(image);
    return image;
  }
  RawManifest attach(const Digest& subject, const std::string& type,
                     const Annotations& annotations = {}) {
    RawManifest artifact = author_artifact({.artifact_type = type, .annotations = annotations});
    add_manifest(artifact);
    Descriptor descriptor = artifact.descriptor();
    descriptor.artifact_type = type;
    known[subject].push_back({descriptor});
    return artifact;
  }
};

TEST_CASE("a tree is an index, its images, and what refers to each") {
  Place place;
  const RawManifest amd64 = place.add_image_for("linux/amd64");
  const RawManifest arm64 = place.add_image_for("linux/arm64");
  Descriptor absent{amd64.media_type, digest_of("absent"), 6};
  absent.platform = Platform::parse("linux/s390x");
  const RawManifest index =
      index_of({instance(amd64, "linux/amd64"), instance(arm64, "linux/arm64"), absent});
  place.set_top(index);
  place.attach(index.digest, "application/x.sbom",
               {{"org.opencontainers.image.created", "2024-01-02T03:04:05Z"}});
  const RawManifest attested = place.attach(arm64.digest, "application/x.attestation");
  place.attach(attested.digest, "application/x.signature");

  const ImageTree tree = read_tree(place, {});
  CHECK(tree.type() == "index");
  REQUIRE(tree.instances.size() == 3);
  CHECK(tree.instances[0].type() == "image");
  CHECK(tree.instances[0].descriptor.platform->str() == "linux/amd64");
  CHECK(tree.instances[0].referrers.empty());
  CHECK(tree.instances[2].type() == "missing");
  REQUIRE(tree.referrers.size() == 1);
  CHECK(tree.referrers[0].type() == "application/x.sbom");
  CHECK(tree.referrers[0].created == "2024-01-02T03:04:05Z");
  REQUIRE(tree.instances[1].referrers.size() == 1);
  CHECK(tree.instances[1].referrers[0].referrers.at(0).type() == "application/x.signature");
  const Manifest parsed = parse_manifest(amd64.bytes, amd64.media_type, "image");
  CHECK(tree.instances[0].size_bytes ==
        amd64.bytes.size() + parsed.config.size_bytes + parsed.layers.at(0).size_bytes);
  CHECK(place.opened() == 0);
}

TEST_CASE("only what was asked for is shown, with all that refers to it") {
  Place place;
  const RawManifest image = place.add_image_for("linux/amd64");
  place.set_top(image);
  const RawManifest sbom = place.attach(image.digest, "application/x.sbom");
  place.attach(sbom.digest, "application/x.signature");
  place.attach(image.digest, "application/x.signature");
  const ImageTree tree = read_tree(place, {.artifact_type = "application/x.sbom"});
  REQUIRE(tree.referrers.size() == 1);
  CHECK(tree.referrers[0].type() == "application/x.sbom");
  CHECK(tree.referrers[0].referrers.at(0).type() == "application/x.signature");
  CHECK(list_referrers(place, image.digest, "application/x.signature").size() == 1);
  CHECK(list_referrers(place, image.digest, "").size() == 2);
}

TEST_CASE("attestations that BuildKit lists stand below what they are about") {
  Place place;
  const RawManifest image = place.add_image_for("linux/amd64");
  const RawManifest about = place.add_image_for("attestation");
  Descriptor entry = about.descriptor();
  entry.platform = Platform{"unknown", "unknown", "", "", {}};
  entry.annotations = {{std::string(attestation_type_key), "attestation-manifest"},
                       {std::string(attestation_subject_key), image.digest.str()}};
  place.set_top(index_of({entry, instance(image, "linux/amd64")}));
  const ImageTree tree = read_tree(place, {});
  REQUIRE(tree.instances.size() == 1);
  CHECK(tree.instances[0].referrers.at(0).type() == "attestation-manifest");
}

TEST_CASE("referrers that refer to each other end") {
  Place place;
  const RawManifest image = place.add_image_for("linux/amd64");
  place.set_top(image);
  const RawManifest first = place.attach(image.digest, "application/x.first");
  place.attach(first.digest, "application/x.second");
  Referrer back{first.descriptor()};
  place.known[place.known[first.digest].front().descriptor.digest].push_back(back);
  CHECK(read_tree(place, {}).referrers.at(0).referrers.at(0).referrers.empty());
  place.known[image.digest].clear();
  RawManifest above = image;
  for (int i = 0; i < 30; ++i) {
    above = place.attach(above.digest, fmt::format("application/x.n{}", i));
  }
  CHECK_THAT(error_of(ErrorKind::unsupported, [&] { read_tree(place, {}); }),
             Catch::Contains("deeper than"));
}

TEST_CASE("what cosign attaches is called by its tag") {
  Place place;
  const RawManifest image = place.add_image_for("linux/amd64");
  place.set_top(image);
  const RawManifest signature = place.add_image_for("signature");
  place.known[image.digest].push_back({signature.descriptor(), "sha256-0.sig"});
  const ImageTree tree = read_tree(place, {});
  CHECK(tree.referrers.at(0).type() == "cosign signature");
  CHECK(tree.referrers.at(0).kind == ImageTree::Kind::artifact);
}

}  // namespace
}  // namespace lade
