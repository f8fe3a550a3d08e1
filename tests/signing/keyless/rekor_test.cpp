#include "signing/keyless/rekor.h"

#include <catch2/catch.hpp>

#include "signing/sigstore/log_entry.h"
#include "tests/signing/keyless/fake_services.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;

const LogService v1{.url = "https://rekor.example"};
const LogService v2{.url = "https://rekor.example/", .api_version = 2};

/// A signature of each kind that is to be entered.
struct Signed {
  PrivateKey key;
  Artifact artifact = Artifact::of_bytes("the artifact");
  SignedMaterial message{};
  SignedMaterial envelope{};
  std::string signature;

  explicit Signed(KeyKind kind = KeyKind::ecdsa_p256, std::optional<SignatureScheme> wanted = {})
      : key(PrivateKey::generate(kind, 2048)) {
    const SignatureScheme scheme = wanted.value_or(key.public_key().default_scheme());
    signature = key.sign("the artifact", scheme);
    message.content = MessageSignature{.hash = scheme.hash, .bytes = signature};
    envelope.content = seal(std::string(Envelope::in_toto_type), "{}", key);
  }
  SignerKey signer() const { return {.key = key.public_key()}; }
  LogEntry enter(FakeClient& client, const LogService& log, const SignedMaterial& material) {
    const Envelope* sealed = material.envelope();
    return enter_into_log(client, log, material, artifact, signer(),
                          sealed != nullptr ? sealed->signatures.at(0).bytes : signature);
  }
};

TrustedRoot root_of(const FakeLog& log) { return {.logs = {log.trusted()}}; }

TEST_CASE("signatures of files and envelopes are entered into Rekor v1 and verify") {
  Signed made;
  FakeLog log;
  FakeClient client([&](const WebRequest& request) {
    return answered(to_compact(log.entry_v1(kept_v1(request.body))));
  });
  for (const SignedMaterial* material : {&made.message, &made.envelope}) {
    const LogEntry entry = made.enter(client, v1, *material);
    CHECK(client.asked.back().url == "https://rekor.example/api/v1/log/entries");
    CHECK(entry.kind == (material == &made.message ? "hashedrekord" : "dsse"));
    CHECK(entry.version == "0.0.1");
    const VerifiedEntry verified = verify_entry(entry, root_of(log));
    CHECK(verified.index == 7);
    CHECK(verified.integrated_time == chains::now);
  }
}

TEST_CASE("they are entered into Rekor v2, by keys of all kinds") {
  const SignatureScheme prehashed{.hash = MessageHash::sha512,
                                  .form = SignatureScheme::Form::prehashed};
  const std::vector<std::pair<KeyKind, std::string>> rows = {
      {KeyKind::ecdsa_p256, "PKIX_ECDSA_P256_SHA_256"},
      {KeyKind::ecdsa_p384, "PKIX_ECDSA_P384_SHA_384"},
      {KeyKind::ecdsa_p521, "PKIX_ECDSA_P521_SHA_512"},
      {KeyKind::ed25519, "PKIX_ED25519_PH"},
      {KeyKind::rsa, "PKIX_RSA_PKCS1V15_2048_SHA256"}};
  for (const auto& row : rows) {
    Signed made(row.first, row.first == KeyKind::ed25519 ? std::optional(prehashed) : std::nullopt);
    FakeLog log;
    FakeClient client([&](const WebRequest& request) {
      return answered(to_compact(log.entry_v2(kept_v2(request.body))));
    });
    for (const SignedMaterial* material : {&made.message, &made.envelope}) {
      if (material == &made.envelope && row.first == KeyKind::ed25519) continue;
      const LogEntry entry = made.enter(client, v2, *material);
      CHECK(entry.kind == "hashedrekord");
      CHECK(entry.version == "0.0.2");
      CHECK_FALSE(verify_entry(entry, root_of(log)).integrated_time);
    }
    CHECK(client.asked.at(0).url == "https://rekor.example/api/v2/log/entries");
    CHECK_THAT(client.asked.at(0).body, Contains("\"keyDetails\":\"" + row.second + "\""));
  }
}

TEST_CASE("an entry that is there already is asked for by its id alone") {
  Signed made;
  FakeLog log;
  std::string body;
  std::string location = "https://evil.example/api/v1/log/entries/" + std::string(80, 'b');
  FakeClient client([&](const WebRequest& request) {
    if (request.method == "GET") return answered(to_compact(log.entry_v1(body)), 200);
    body = kept_v1(request.body);
    WebAnswer answer = refused(409, ErrorKind::conflict, "{}");
    answer.location = location;
    return answer;
  });
  CHECK(made.enter(client, v1, made.message).index == 7);
  CHECK(client.asked.at(1).url ==
        "https://rekor.example/api/v1/log/entries/" + std::string(80, 'b'));
  for (const char* bad :
       {"", "/", "/api/v1/log/entries/..", "/api/v1/log/entries/abc",
        "/entries/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"}) {
    location = bad;
    CHECK_THAT(error_of(ErrorKind::corrupt, [&] { made.enter(client, v1, made.message); }),
               Contains("does not say where"));
  }
}

TEST_CASE("an entry of something else is refused") {
  Signed made;
  Signed other;
  FakeLog log;
  FakeClient client([&](const WebRequest&) {
    FakeClient keeper([&](const WebRequest& request) {
      return answered(to_compact(log.entry_v1(kept_v1(request.body))));
    });
    other.enter(keeper, v1, other.message);
    return answered(to_compact(log.entry_v1(kept_v1(keeper.asked.at(0).body))));
  });
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { made.enter(client, v1, made.message); }),
             Contains("Rekor at https://rekor.example entered something else: the log entry is "
                      "of another signature"));
}

TEST_CASE("an answer of Rekor's that cannot be read is told of") {
  Signed made;
  FakeLog log;
  const auto answer = [&](const LogService& service, const std::function<void(Json&)>& change) {
    FakeClient client([&](const WebRequest& request) {
      Json json = service.api_version == 1 ? log.entry_v1(kept_v1(request.body))
                                           : log.entry_v2(kept_v2(request.body));
      change(service.api_version == 1 ? json.front() : json);
      return answered(to_compact(json));
    });
    return error_of(ErrorKind::corrupt, [&] { made.enter(client, service, made.message); });
  };
  CHECK_THAT(answer(v1, [](Json& e) { e.erase("body"); }), Contains("has no body"));
  CHECK_THAT(answer(v1, [](Json& e) { e["body"] = "e30="; }), Contains("kind"));
  CHECK_THAT(answer(v1, [](Json& e) { e["logID"] = "xyz"; }), Contains("logID is not hex"));
  CHECK_THAT(answer(v1, [](Json& e) { e["logIndex"] = -1; }), Contains("less than 0"));
  CHECK_THAT(answer(v1, [](Json& e) { e.erase("verification"); }), Contains("has no verification"));
  CHECK_THAT(answer(v1, [](Json& e) { e["verification"].erase("inclusionProof"); }),
             Contains("has no inclusionProof"));
  CHECK_THAT(answer(v1, [](Json& e) { e["verification"]["inclusionProof"]["hashes"] = {"x"}; }),
             Contains("hashes is not hex"));
  const auto proof = [](Json& e) -> Json& { return e["verification"]["inclusionProof"]; };
  CHECK_THAT(answer(v1, [&](Json& e) { proof(e)["hashes"] = list_of("abcd"); }),
             Contains("hashes has 2 bytes; wanted 32"));
  CHECK_THAT(answer(v1, [&](Json& e) { proof(e)["rootHash"] = "abcd"; }),
             Contains("rootHash has 2 bytes; wanted 32"));
  CHECK_THAT(answer(v1, [&](Json& e) { proof(e)["rootHash"] = std::string(64, 'a'); }),
             Contains("proves nothing: the inclusion proof"));
  CHECK_THAT(answer(v1, [&](Json& e) { proof(e)["hashes"] = list_of(std::string(64, 'a')); }),
             Contains("proves nothing: the inclusion proof"));
  CHECK_THAT(answer(v1, [&](Json& e) { proof(e)["checkpoint"] = ""; }), Contains("proves nothing"));
  CHECK_THAT(
      answer(v1, [&](Json& e) { proof(e)["checkpoint"] = log.checkpoint(std::string(32, 'r')); }),
      Contains("the log signed the root"));
  CHECK_THAT(answer(v1, [](Json& e) { e["integratedTime"] = 0; }),
             Contains("does not tell when the entry was made"));
  CHECK_THAT(answer(v1, [](Json& e) { e.erase("integratedTime"); }),
             Contains("does not tell when the entry was made"));
  CHECK_THAT(
      answer(v2,
             [](Json& e) { e["inclusionProof"]["rootHash"] = to_base64(std::string(32, 'r')); }),
      Contains("proves nothing"));
  CHECK_THAT(answer(v2, [](Json& e) { e.erase("inclusionProof"); }),
             Contains("without an inclusion proof"));
  CHECK_THAT(answer(v2, [](Json& e) { e["kindVersion"]["version"] = "0.0.1"; }),
             Contains("is said to be hashedrekord 0.0.1"));
  for (const LogService* service : {&v1, &v2}) {
    for (const char* body : {"", "{", "[]", "{}", "{\"a\":1}", "{\"a\":{},\"b\":{}}"}) {
      FakeClient client([&](const WebRequest&) { return answered(body); });
      CHECK_THAT(error_of(ErrorKind::corrupt, [&] { made.enter(client, *service, made.message); }),
                 Contains("the answer of Rekor at https://rekor.example"));
    }
  }
}

TEST_CASE("what Rekor refuses is told with its reason") {
  Signed made;
  FakeClient client([](const WebRequest&) {
    return refused(400, ErrorKind::invalid, R"({"code":400,"message":"no such key"})");
  });
  CHECK(error_of(ErrorKind::invalid, [&] { made.enter(client, v1, made.message); }) ==
        "Rekor at https://rekor.example answered 400: no such key");
}

TEST_CASE("what a log cannot check is not sent to one") {
  Signed made(KeyKind::ed25519);
  FakeClient client([](const WebRequest&) { return answered("{}"); });
  CHECK_THAT(error_of(ErrorKind::unsupported, [&] { made.enter(client, v1, made.message); }),
             Contains("wanted Ed25519ph"));
  CHECK_THAT(error_of(ErrorKind::unsupported, [&] { made.enter(client, v2, made.envelope); }),
             Contains("Rekor v2 checks hashes, which an Ed25519 key signs no envelope by"));
  for (const KeyKind kind : {KeyKind::ecdsa_p384, KeyKind::ecdsa_p521}) {
    Signed large(kind);
    CHECK_THAT(error_of(ErrorKind::unsupported, [&] { large.enter(client, v1, large.envelope); }),
               Contains("Rekor v1 checks envelopes with SHA-256 alone"));
  }
  CHECK_THAT(
      error_of(ErrorKind::unsupported,
               [&] { made.enter(client, {.url = v1.url, .api_version = 3}, made.envelope); }),
      Contains("version 3 of Rekor's API; wanted 1 or 2"));
  CHECK(client.asked.empty());
}

}  // namespace
}  // namespace lade::signing
