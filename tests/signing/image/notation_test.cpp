#include <catch2/catch.hpp>

#include "libimage/image/referrer.h"
#include "libimage/oci/media_type.h"
#include "signing/image/sign_image.h"
#include "signing/image/verify_image.h"
#include "tests/signing/image/signed_place.h"
#include "tests/signing/notation/chains.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;
using chains::Chain;

struct Place : SignedPlace {
  std::vector<std::string> sign(Chain& chain, SignOptions options = {}) {
    options.bundle = false;
    options.cosign = false;
    options.notation = true;
    options.certificates = chain.certificates();
    options.signing_time = chains::now;
    return sign_image(open(), destination, image.descriptor(), chain.signer.key, options);
  }
  ImageVerification verify(const std::optional<NotaryTrust>& trust, unsigned threshold = 1) {
    ImageVerifyOptions options{.notary = trust, .threshold = threshold};
    return verify_image(*open()(), image.digest, options);
  }
};

NotaryTrust trust_in(std::vector<Certificate> roots) {
  return {.rule = "the test", .authorities = std::move(roots), .now = chains::now};
}

TEST_CASE("a Notary Project signature is attached as Notation attaches it") {
  Place place;
  Chain chain;
  const auto written = place.sign(chain);
  const auto source = place.open()();
  const std::vector<Referrer> referrers = source->referrers(place.image.digest);
  REQUIRE(referrers.size() == 1);
  CHECK(referrers[0].descriptor.digest.str() == written.at(0));
  CHECK(referrers[0].descriptor.artifact_type == NotarySignature::artifact_type);
  const RawManifest raw = source->manifest(referrers[0].descriptor);
  const Manifest manifest = parse_manifest(raw.bytes, raw.media_type, "it");
  CHECK(manifest.artifact_type.empty());
  CHECK(manifest.config.media_type == "application/vnd.cncf.notary.signature");
  REQUIRE(manifest.layers.size() == 1);
  CHECK(manifest.layers[0].media_type == "application/jose+json");
  const Json thumbprints =
      parse_json(manifest.annotations.at("io.cncf.notary.x509chain.thumbprint#S256"), "it");
  REQUIRE(thumbprints.size() == 3);
  CHECK(thumbprints[0] == digest_of(chain.signer.certificate.der()).hex());
  CHECK(thumbprints[2] == digest_of(chain.root.certificate.der()).hex());
}

TEST_CASE("an image verifies by the root of a Notary Project signature, and by no other") {
  Place place;
  Chain chain;
  Chain other;
  CHECK(place.verify(trust_in({chain.root.certificate})).verdict == Verdict::absent);
  place.sign(chain, {.annotations = {{"build", "7"}}});
  const ImageVerification answer = place.verify(trust_in({chain.root.certificate}));
  CHECK(answer.verdict == Verdict::valid);
  REQUIRE(answer.signatures.size() == 1);
  CHECK(answer.signatures[0].form == AttachedSignature::Form::notation);
  CHECK(answer.signatures[0].is_trusted());
  CHECK(answer.signatures[0].notary->annotations == Annotations{{"build", "7"}});
  const ImageVerification refused = place.verify(trust_in({other.root.certificate}));
  CHECK(refused.verdict == Verdict::untrusted);
  CHECK_THAT(refused.reason, Contains("authenticity: "));
  CHECK_THAT(place.verify(std::nullopt).reason, Contains("and neither was given"));
}

TEST_CASE("two signers are two, and one who signs twice is one") {
  Place place;
  Chain one;
  Chain two;
  place.sign(one);
  place.sign(one, {.annotations = {{"again", "yes"}}});
  const NotaryTrust trust = trust_in({one.root.certificate, two.root.certificate});
  CHECK(place.verify(trust, 2).verdict == Verdict::untrusted);
  place.sign(two);
  CHECK(place.verify(trust, 2).verdict == Verdict::valid);
}

TEST_CASE("a signature that was made for no name is not one for a name") {
  Place place;
  Chain chain;
  place.sign(chain);
  ImageVerifyOptions options{.notary = trust_in({chain.root.certificate})};
  options.is_identity = [](const std::string& name) { return name == "registry.example/app"; };
  CHECK(verify_image(*place.open()(), place.image.digest, options).reason ==
        "it was made for no name");
}

TEST_CASE("a policy that skips verification is not asked for signatures") {
  Place place;
  NotaryTrust trust = trust_in({});
  trust.actions.fill(CheckAction::skip);
  const ImageVerification answer = place.verify(trust);
  CHECK(answer.verdict == Verdict::valid);
  CHECK_THAT(answer.reason, Contains("the test skips verification"));
}

TEST_CASE("a manifest of a signature that has no one layer of a known type is told of") {
  const auto [layers, type, reason] = GENERATE(table<int, std::string, std::string>(
      {{2, "application/jose+json", "it has 2 layers; wanted one"},
       {1, "text/plain", "is of the type text/plain"},
       {1, "application/jose+json", "is not valid JSON"}}));
  Place place;
  Chain chain;
  AttachedManifest signature =
      sign_for_notation(place.image.descriptor(), chain.signer.key,
                        {.signing_time = chains::now, .certificates = chain.certificates()});
  Manifest manifest = parse_manifest(signature.manifest.bytes, signature.manifest.media_type, "it");
  const std::string bytes = "broken";
  const Descriptor layer{type, digest_of(bytes), bytes.size()};
  manifest.layers = std::vector<Descriptor>(static_cast<std::size_t>(layers), layer);
  signature.manifest = raw_manifest(serialize(manifest), manifest.media_type);
  signature.blobs.emplace_back(layer, bytes);
  attach(place.destination, {signature});
  const ImageVerification answer = place.verify(trust_in({chain.root.certificate}));
  CHECK(answer.verdict == Verdict::untrusted);
  CHECK_THAT(answer.reason, Contains(reason));
}

}  // namespace
}  // namespace lade::signing
