// Images in directories that cosign signed, as containers/image has them for its own tests.
#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"
#include "signing/sigstore/cosign_signature.h"
#include "tests/signing/sigstore/corpora.h"

namespace lade::signing {
namespace {

struct Fixture {
  std::filesystem::path root = corpora() / "policy";

  VerifyOptions options() const {
    return {.keys = {PublicKey::parse_pem(file(root / "cosign.pub"), "cosign.pub")},
            .log_entries = 0};
  }
  /// What were links there are files with the names that they lead to.
  std::string content(const std::string& image, const std::string& name) const {
    std::string bytes = file(root / image / name);
    if (!bytes.starts_with("../")) return bytes;
    const auto linked = root / image / bytes;
    return std::filesystem::exists(linked) ? file(linked) : "";
  }
  Digest manifest(const std::string& image) const {
    return digest_of(content(image, "manifest.json"));
  }
  std::optional<CosignSignature> signature(const std::string& image, int number) const {
    const std::string name = "signature-" + std::to_string(number);
    return parse_signature_file(content(image, name), name);
  }
};

}  // namespace

TEST_CASE("an image in a directory that cosign signed is verified with its key") {
  const Fixture fixture;
  if (!std::filesystem::exists(fixture.root)) {
    WARN("no corpora");
    return;
  }
  const auto signature = fixture.signature("dir-img-cosign-valid", 1);
  REQUIRE(signature);
  const VerifiedImage image =
      verify(*signature, fixture.manifest("dir-img-cosign-valid"), fixture.options());
  CHECK(image.claim.value().docker_reference == "192.168.64.2:5000/cosign-signed-single-sample");
  CHECK(image.verified.signer.key.id() == fixture.options().keys.front().key.id());
  CHECK_FALSE(image.verified.identity);
}

TEST_CASE("a signature of cosign's does not hold for another manifest or another key") {
  const Fixture fixture;
  if (!std::filesystem::exists(fixture.root)) return;
  const auto signature = fixture.signature("dir-img-cosign-modified-manifest", 1);
  REQUIRE(signature);
  const Digest modified = fixture.manifest("dir-img-cosign-modified-manifest");
  CHECK_THROWS_WITH(verify(*signature, modified, fixture.options()),
                    Catch::Matchers::Contains("not of " + modified.str()));
  VerifyOptions logged = fixture.options();
  logged.log_entries = 1;
  const Digest valid = fixture.manifest("dir-img-cosign-valid");
  CHECK_THROWS_WITH(verify(*signature, valid, logged),
                    Catch::Matchers::Contains("0 of 1 entries in transparency logs"));
  CosignSignature tampered = *signature;
  tampered.payload[100] ^= 1;
  CHECK_THROWS_WITH(verify(tampered, valid, fixture.options()),
                    Catch::Matchers::Contains("the signature is not one of"));
}

TEST_CASE("of several signatures beside an image cosign's cosign's are told by how they begin") {
  const Fixture fixture;
  if (!std::filesystem::exists(fixture.root)) return;
  int cosign = 0;
  int other = 0;
  for (const int number : {1, 2}) {
    const auto signature = fixture.signature("dir-img-cosign-mixed", number);
    if (!signature) {
      ++other;
      continue;
    }
    ++cosign;
    CHECK(verify(*signature, fixture.manifest("dir-img-cosign-mixed"), fixture.options()).claim);
  }
  CHECK(cosign + other == 2);
  CHECK(cosign == 1);
}

}  // namespace lade::signing
