#include "signing/image/sign_image.h"

#include <catch2/catch.hpp>

#include "signing/attest/unsigned.h"
#include "signing/image/attached_statement.h"
#include "signing/image/verify_image.h"
#include "signing/keys/private_key.h"
#include "tests/signing/image/signed_place.h"

namespace lade::signing {
namespace {

struct Place : SignedPlace {
  void sign(Signer& signer, SignOptions options = {}) {
    options.docker_reference = "registry.example/app:1";
    sign_image(open(), destination, image.descriptor(), signer, options);
  }
  ImageVerification verify(const std::vector<PublicKey>& keys, unsigned threshold = 1) {
    ImageVerifyOptions options{.threshold = threshold};
    options.verify.keys.assign(keys.begin(), keys.end());
    options.verify.log_entries = 0;
    return verify_image(*open()(), image.digest, options);
  }
};

PrivateKey some_key() { return PrivateKey::generate(KeyKind::ecdsa_p256); }

TEST_CASE("an image that was signed verifies with the key, in both forms") {
  Place place;
  PrivateKey key = some_key();
  place.sign(key);
  const ImageVerification answer = place.verify({key.public_key()});
  CHECK(answer.verdict == Verdict::valid);
  REQUIRE(answer.signatures.size() == 2);
  for (const CheckedSignature& checked : answer.signatures) {
    CHECK(checked.verified);
    CHECK(checked.docker_reference == "registry.example/app:1");
    CHECK(checked.predicate_type.empty());
  }
}

TEST_CASE("the forms that are written are those that were asked for") {
  Place place;
  PrivateKey key = some_key();
  const bool bundle = GENERATE(true, false);
  place.sign(key, {.bundle = bundle, .cosign = !bundle});
  const ImageVerification answer = place.verify({key.public_key()});
  REQUIRE(answer.signatures.size() == 1);
  CHECK((answer.signatures[0].form == AttachedSignature::Form::bundle) == bundle);
  CHECK(answer.verdict == Verdict::valid);
}

TEST_CASE("nothing attached is absent, another's signature is untrusted") {
  Place place;
  PrivateKey key = some_key();
  PrivateKey other = some_key();
  CHECK(place.verify({key.public_key()}).verdict == Verdict::absent);
  place.sign(other);
  const ImageVerification answer = place.verify({key.public_key()});
  CHECK(answer.verdict == Verdict::untrusted);
  CHECK_FALSE(answer.reason.empty());
  place.sign(key);
  CHECK(place.verify({key.public_key()}).verdict == Verdict::valid);
}

TEST_CASE("one who signs twice counts once") {
  Place place;
  PrivateKey one = some_key();
  PrivateKey two = some_key();
  place.sign(one);
  place.sign(one);
  const std::vector<PublicKey> keys = {one.public_key(), two.public_key()};
  CHECK(place.verify(keys, 2).verdict == Verdict::untrusted);
  CHECK(place.verify(keys, 2).reason == "1 of 2 wanted signers signed it");
  place.sign(two);
  CHECK(place.verify(keys, 2).verdict == Verdict::valid);
}

TEST_CASE("a source that does not answer is unreachable, not unsigned") {
  struct Silent final : ForwardingSource {
    using ForwardingSource::ForwardingSource;
    std::vector<Referrer> referrers(const Digest&) override {
      fail(ErrorKind::unavailable, "nobody answers");
    }
  };
  Place place;
  const auto source = place.open()();
  Silent silent(*source);
  const ImageVerification answer = verify_image(silent, place.image.digest, {});
  CHECK(answer.verdict == Verdict::unreachable);
  CHECK(answer.reason == "nobody answers");
}

TEST_CASE("a signature of another image is not this one's, wherever it hangs") {
  Place place;
  PrivateKey key = some_key();
  const Descriptor other{"application/json", digest_of("other"), 5};
  AttachedManifest stolen = sign_statement(signature_statement(other, {.docker_reference = "app"}),
                                           place.image.descriptor(), key, {});
  attach(place.destination, {stolen});
  const ImageVerification answer = place.verify({key.public_key()});
  CHECK(answer.verdict == Verdict::untrusted);
}

TEST_CASE("statements are read whether they are signed or not, and only about this image") {
  Place place;
  PrivateKey key = some_key();
  Statement statement;
  statement.subjects = {{"app", {{"sha256", place.image.digest.hex()}}}};
  statement.predicate_type = "https://example.org/type";
  statement.predicate = Json{{"a", 1}};
  attach(place.destination, {author_unsigned(statement, place.image.descriptor()),
                             sign_statement(statement, place.image.descriptor(), key, {})});
  statement.subjects = {{"app", {{"sha256", digest_of("other").hex()}}}};
  attach(place.destination, {author_unsigned(statement, place.image.descriptor())});
  std::vector<std::string> notes;
  const auto found = read_statements(*place.open()(), place.image.digest, std::nullopt, notes);
  REQUIRE(found.size() == 2);
  CHECK(found[0].is_signed != found[1].is_signed);
  CHECK(found[0].statement.predicate == found[1].statement.predicate);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].ends_with("it is about something else"));
}

TEST_CASE("what vouches for a signature is asked about each, and goes with it") {
  Place place;
  PrivateKey key = some_key();
  std::vector<std::string> asked;
  SignOptions options;
  options.vouchers.witness = [&](SignedMaterial& material, const Artifact& artifact) {
    asked.push_back(artifact.str());
    material.timestamps.emplace_back("a timestamp");
  };
  place.sign(key, options);
  REQUIRE(asked.size() == 2);
  CHECK(asked[0] == place.image.digest.str());
  const auto found = read_signatures(*place.open()(), place.image.digest);
  REQUIRE(found.size() == 2);
  for (const AttachedSignature& one : found) {
    const auto* bundle = std::get_if<Bundle>(&one.content);
    const SignedMaterial& material =
        bundle != nullptr ? bundle->material : std::get<CosignSignature>(one.content).material;
    CHECK(material.timestamps == std::vector<std::string>{"a timestamp"});
  }
}

TEST_CASE("nothing is attached if a service fails at any form") {
  Place place;
  PrivateKey key = some_key();
  int asked = 0;
  SignOptions options;
  options.vouchers.witness = [&](SignedMaterial&, const Artifact&) {
    if (++asked == 2) fail(ErrorKind::unavailable, "nobody answers");
  };
  CHECK_THROWS_AS(place.sign(key, options), Error);
  CHECK(asked == 2);
  CHECK(place.verify({key.public_key()}).verdict == Verdict::absent);
}

TEST_CASE("an Ed25519 key signs hashes where a log will check them") {
  Place place;
  PrivateKey key = PrivateKey::generate(KeyKind::ed25519);
  SignOptions options;
  options.vouchers.by_hash = true;
  place.sign(key, options);
  CHECK(place.verify({key.public_key()}).signatures.size() == 2);
  CHECK(place.verify({key.public_key()}).verdict == Verdict::valid);
}

TEST_CASE("cosign's annotations have room for one promise and one timestamp") {
  const LogEntry entry{.index = 7,
                       .log_id = std::string(32, 'i'),
                       .kind = "hashedrekord",
                       .version = "0.0.1",
                       .integrated_time = 1700000000,
                       .signed_entry_timestamp = "promise",
                       .body = R"({"kind":"hashedrekord","apiVersion":"0.0.1"})"};
  SignedMaterial material{.entries = {entry},
                          .timestamps = {"stamp"},
                          .content = MessageSignature{.bytes = "signature"}};
  const CosignSignature read =
      parse_cosign_signature(CosignSignature::simple_signing_type, "{}", annotations_of(material));
  REQUIRE(read.material.entries.size() == 1);
  CHECK(read.material.entries[0].body == entry.body);
  CHECK(read.material.entries[0].log_id == entry.log_id);
  CHECK(read.material.entries[0].integrated_time == entry.integrated_time);
  CHECK(read.material.entries[0].signed_entry_timestamp == "promise");
  CHECK(read.material.timestamps == material.timestamps);
  material.entries.push_back(entry);
  CHECK_THROWS_WITH(annotations_of(material),
                    "cosign's annotations have a place for one log entry, not for 2");
  material.entries = {entry};
  material.entries[0].signed_entry_timestamp.clear();
  CHECK_THROWS_WITH(annotations_of(material), Catch::Matchers::Contains("which is what Rekor v2"));
}

}  // namespace
}  // namespace lade::signing
