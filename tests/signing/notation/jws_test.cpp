#include "signing/notation/jws.h"

#include <catch2/catch.hpp>

#include "libimage/base/base64url.h"
#include "libimage/base/json.h"
#include "libimage/oci/hasher.h"
#include "signing/notation/notary_payload.h"
#include "tests/signing/notation/chains.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;
using chains::Chain;
using chains::Wishes;

std::string payload() {
  return notary_payload_of({"application/vnd.oci.image.manifest.v1+json", digest_of("it"), 2});
}

/// An envelope whose protected header was changed; the signature is left as it was.
std::string with_header(const std::string& envelope, const std::function<void(Json&)>& change) {
  Json json = parse_json(envelope, "it");
  Json header = parse_json(*from_base64url(json["protected"].get<std::string>()), "header");
  change(header);
  json["protected"] = to_base64url(to_compact(header));
  return to_compact(json);
}

TEST_CASE("keys of every kind sign, and say by which algorithm") {
  const auto [kind, bits, name, size] = GENERATE(
      table<KeyKind, int, std::string, std::size_t>({{KeyKind::ecdsa_p256, 0, "ES256", 64},
                                                     {KeyKind::ecdsa_p384, 0, "ES384", 96},
                                                     {KeyKind::ecdsa_p521, 0, "ES512", 132},
                                                     {KeyKind::rsa, 2048, "PS256", 256},
                                                     {KeyKind::rsa, 3072, "PS384", 384}}));
  Wishes wishes;
  wishes.kind = kind;
  wishes.rsa_bits = bits;
  Chain chain(wishes);
  const NotarySignature read = parse_jws(chain.seal(payload()), "it");
  CHECK(to_string(read.algorithm) == name);
  CHECK(read.signature.size() == size);
  const PublicKey key = chain.signer.key.public_key();
  CHECK(verifies(key, read.algorithm, read.signed_bytes, read.signature));
  CHECK_FALSE(verifies(key, read.algorithm, read.signed_bytes + "x", read.signature));
  CHECK_FALSE(verifies(key, read.algorithm, read.signed_bytes, read.signature.substr(1)));
  CHECK_FALSE(verifies(key, read.algorithm, read.signed_bytes, ""));
}

TEST_CASE("what was written is read again") {
  Chain chain;
  const std::string envelope = seal_jws(payload(), chain.signer.key,
                                        {.certificates = chain.certificates(),
                                         .now = {.seconds = chains::now.seconds, .nanoseconds = 5},
                                         .expiry = Timestamp{.seconds = chains::now.seconds + 60},
                                         .signing_agent = "lade/1"});
  const NotarySignature read = parse_jws(envelope, "it");
  CHECK(read.payload == payload());
  CHECK(read.scheme == NotaryScheme::x509);
  CHECK(read.signing_time == chains::now);
  CHECK(read.expiry == Timestamp{.seconds = chains::now.seconds + 60});
  CHECK(read.certificates == chain.certificates());
  CHECK(read.signing_agent == "lade/1");
  CHECK(read.timestamp_token.empty());
  const Descriptor target = parse_notary_payload(read.payload);
  CHECK(target.digest == digest_of("it"));
  CHECK(target.size_bytes == 2);
}

TEST_CASE("the payload is the descriptor, with annotations that are not reserved") {
  Descriptor target{"a/b", digest_of("it"), 2};
  target.annotations = {{"build", "7"}};
  CHECK(
      notary_payload_of(target) ==
      fmt::format(
          R"({{"targetArtifact":{{"mediaType":"a/b","digest":"{}","size":2,"annotations":{{"build":"7"}}}}}})",
          target.digest.str()));
  CHECK(parse_notary_payload(notary_payload_of(target)) == target);
  target.annotations = {{"io.cncf.notary.x", "7"}};
  CHECK_THROWS_WITH(notary_payload_of(target), Contains("io.cncf.notary.x cannot be signed"));
  for (const char* bad : {"", "[]", "{}", R"({"targetArtifact":[]})", R"({"targetArtifact":{}})"}) {
    CHECK_FALSE(error_of(ErrorKind::invalid, [&] { parse_notary_payload(bad); }).empty());
  }
}

TEST_CASE("one who has not the key of the certificate cannot sign with it") {
  Chain chain;
  Chain other;
  const auto seal = [&](const std::vector<Certificate>& certificates, Timestamp time) {
    return error_of(ErrorKind::invalid, [&] {
      seal_jws(payload(), chain.signer.key, {.certificates = certificates, .now = time});
    });
  };
  CHECK_THAT(seal(other.certificates(), chains::now), Contains("is not one of the key"));
  CHECK_THAT(seal({}, chains::now), Contains("there is no certificate"));
  CHECK_THAT(seal({chain.signer.certificate}, chains::now),
             Contains("is not followed by its") || Contains("is no root"));
  CHECK_THAT(seal(chain.certificates(), {.seconds = chains::now.seconds + 11 * chains::day}),
             Contains("is valid") && Contains("and not at"));
}

TEST_CASE("keys that the specification has no algorithm for do not sign") {
  CHECK_THROWS_WITH(notary_algorithm_of(PrivateKey::generate(KeyKind::ed25519).public_key()),
                    Contains("not Ed25519"));
  CHECK_THROWS_WITH(notary_algorithm_of(PrivateKey::generate(KeyKind::rsa, 2560).public_key()),
                    Contains("this one is RSA 2560"));
}

TEST_CASE("an envelope that breaks the rules is refused with the rule") {
  Chain chain;
  const std::string good = chain.seal(payload(), Timestamp{.seconds = chains::now.seconds + 60});
  using Change = std::function<void(Json&)>;
  const std::vector<std::pair<Change, std::string>> headers = {
      {[](Json& h) { h["alg"] = "HS256"; }, "the algorithm HS256 is none"},
      {[](Json& h) { h["alg"] = "none"; }, "the algorithm none is none"},
      {[](Json& h) { h.erase("alg"); }, "alg"},
      {[](Json& h) { h["cty"] = "text/plain"; }, "its payload is text/plain"},
      {[](Json& h) { h["crit"] = Json::array(); }, "signingScheme is not marked critical"},
      {[](Json& h) { h["crit"] = Json::array({"io.cncf.notary.signingScheme"}); },
       "expiry is not marked critical"},
      {[](Json& h) { h["crit"].push_back("b64"); }, "the attribute b64 is critical"},
      {[](Json& h) { h["crit"].push_back("io.cncf.notary.expiry"); }, "named twice"},
      {[](Json& h) { h.erase("io.cncf.notary.expiry"); }, "expiry is not there"},
      {[](Json& h) { h["io.cncf.notary.expiry"] = "soon"; }, "no RFC 3339 time"},
      {[](Json& h) { h["io.cncf.notary.signingScheme"] = "notary.pgp"; }, "scheme is notary.pgp"},
      {[](Json& h) { h["io.cncf.notary.signingScheme"] = "notary.x509.signingAuthority"; },
       "it has no io.cncf.notary.authenticSigningTime"},
      {[](Json& h) { h["io.cncf.notary.authenticSigningTime"] = "2026-01-01T00:00:00Z"; },
       "of the other one: io.cncf.notary.authenticSigningTime"},
      {[](Json& h) { h.erase("io.cncf.notary.signingTime"); },
       "it has no io.cncf.notary.signingTime"},
      {[](Json& h) { h["io.cncf.notary.verificationPlugin"] = "x"; }, "wants a plugin"},
  };
  for (const auto& [change, reason] : headers) {
    INFO(reason);
    CHECK_THROWS_WITH(parse_jws(with_header(good, change), "it"), Contains(reason));
  }
  const std::vector<std::pair<Change, std::string>> envelopes = {
      {[](Json& e) { e["signatures"] = Json::array(); }, "a member signatures"},
      {[](Json& e) { e.erase("payload"); }, "payload"},
      {[](Json& e) { e["payload"] = "a+b="; }, "payload is not base64url"},
      {[](Json& e) { e["signature"] = ""; }, "signature is not base64url"},
      {[](Json& e) { e["protected"] = "e30"; }, "alg"},
      {[](Json& e) { e.erase("header"); }, "has no header"},
      {[](Json& e) { e["header"]["x5c"] = Json::array(); }, "holds 0 certificates"},
      {[](Json& e) { e["header"]["x5c"] = Json::array({"!"}); }, "x5c is not base64"},
      {[](Json& e) { e["header"]["x5c"] = Json::array({"AAAA"}); }, "no certificate"},
      {[](Json& e) { e["header"]["x5c"] = std::vector<std::string>(17, "AAAA"); }, "holds 17"},
      {[](Json& e) { e["header"]["io.cncf.notary.timestampSignature"] = "!"; }, "timestamp"},
  };
  for (const auto& [change, reason] : envelopes) {
    INFO(reason);
    Json envelope = parse_json(good, "it");
    change(envelope);
    CHECK_THROWS_WITH(parse_jws(to_compact(envelope), "it"), Contains(reason));
  }
  CHECK_THROWS_WITH(parse_jws("[]", "it"), Contains("no JSON object"));
  CHECK_THROWS_WITH(parse_jws(std::string(2'000'000, ' '), "it"), Contains("more than"));
}

TEST_CASE("an envelope of another type is refused") {
  CHECK_THAT(
      error_of(ErrorKind::unsupported, [] { parse_notary_signature("text/plain", "", "it"); }),
      Contains("of the type text/plain"));
}

}  // namespace
}  // namespace lade::signing
