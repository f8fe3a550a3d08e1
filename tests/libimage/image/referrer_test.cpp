#include "libimage/image/referrer.h"

#include <catch2/catch.hpp>

#include "libimage/oci/hasher.h"
#include "tests/support/image_builder.h"

namespace lade {
namespace {

const std::string hex(64, 'a');

TEST_CASE("tags of what is attached to a digest are told from others") {
  const auto [tag, attached, cosign] = GENERATE(table<std::string, bool, bool>({
      {fmt::format("sha256-{}", hex), true, false},
      {fmt::format("sha256-{}.sig", hex), true, true},
      {fmt::format("sha256-{}.att", hex), true, true},
      {fmt::format("sha256-{}.sbom", hex), true, true},
      {fmt::format("sha512-{0}{0}.sig", hex), true, true},
      {fmt::format("sha512-{0}{0}", hex).substr(0, 128), true, false},
      {fmt::format("sha256-{}.exe", hex), false, false},
      {fmt::format("sha256-{}.sig.sig", hex), false, false},
      {fmt::format("sha256-{}", hex.substr(1)), false, false},
      {fmt::format("sha1-{}", hex), false, false},
      {"1.0", false, false},
      {".sig", false, false},
      {"", false, false},
  }));
  CAPTURE(tag);
  CHECK(is_attached_tag(tag) == attached);
  CHECK(find_cosign_subject(tag).has_value() == cosign);
}

TEST_CASE("a fallback tag and what cosign makes of it lead back to the digest") {
  const Digest digest = digest_of("x", GENERATE(HashAlgorithm::sha256, HashAlgorithm::sha512));
  CHECK(fallback_tag(digest).size() <= 128);
  CHECK(is_attached_tag(fallback_tag(digest)));
  if (digest.algorithm() == HashAlgorithm::sha256) {
    CHECK(find_cosign_subject(fallback_tag(digest) + ".sig") == digest);
  }
}

TEST_CASE("a referrer is described by its artifact type, else by the type of its config") {
  MemoryImageSource source;
  const RawManifest image = add_small_image(source);
  const Attached attached = add_attached(source, image);
  const Descriptor sbom = referrer_descriptor(attached.sbom);
  CHECK(sbom.artifact_type == "application/x-sbom");
  CHECK(sbom.annotations == Annotations{{"what", "sbom"}});
  CHECK(find_subject(attached.sbom)->digest == image.digest);
  CHECK(referrer_descriptor(image).artifact_type == media_type::oci_config);
  CHECK_FALSE(find_subject(image));
}

TEST_CASE("signatures are known by what they are called") {
  const auto [type, tag, wanted] = GENERATE(table<std::string, std::string, bool>({
      {"", "sha256-x.sig", true},
      {"", "sha256-x.att", false},
      {"application/vnd.dev.sigstore.bundle.v0.3+json", "", true},
      {"application/vnd.dev.sigstore.bundle+json;version=0.2", "", true},
      {"application/vnd.cncf.notary.signature", "", true},
      {"application/vnd.dev.cosign.artifact.sig.v1+json", "", true},
      {"application/spdx+json", "", false},
      {"", "", false},
  }));
  Descriptor descriptor{"", digest_of("x"), 1};
  descriptor.artifact_type = type;
  CAPTURE(type, tag);
  CHECK(is_signature({descriptor, tag}) == wanted);
}

}  // namespace
}  // namespace lade
