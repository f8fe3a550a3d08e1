#include "signing/sigstore/log_body.h"

#include <catch2/catch.hpp>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/cosign_signature.h"
#include "tests/signing/sigstore/cases.h"

namespace lade::signing {
namespace {

// of two keys made for this
constexpr const char* key_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiPSlFi0CmFTfEjCUqF9HuCEcYXNK\n"
    "AaYalIJmBZ8yyezPjTqhxrKBpMnaocVtLJBI1eM3uXnQzQGAJdJ4gs9Fyw==\n"
    "-----END PUBLIC KEY-----\n";
constexpr const char* other_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAt8rlp1knGwjfbcXAYPYAkn0XiLz1x8O4t0YkEhie244=\n"
    "-----END PUBLIC KEY-----\n";

const std::string signature = "signature";
const std::string payload = "{}";

std::string hex_hash(std::string_view bytes) {
  const std::string hash = hash_bytes(MessageHash::sha256, bytes);
  return R"({"algorithm":"sha256","value":")" + to_hex(std::as_bytes(std::span(hash))) + "\"}";
}

std::string digest_hash(std::string_view bytes) {
  return R"({"algorithm":"SHA2_256","digest":")" +
         to_base64(hash_bytes(MessageHash::sha256, bytes)) + "\"}";
}

std::string verifier(const char* pem) {
  return R"({"publicKey":{"rawBytes":")" + to_base64(PublicKey::parse_pem(pem, "it").der()) +
         "\"}}";
}

/// The body of an entry; `sig`, `pem` and `bytes` are what it says was logged.
std::string body(const std::string& kind, const std::string& version, const std::string& sig,
                 const char* pem, const std::string& bytes) {
  const std::string sig64 = to_base64(sig);
  const std::string pem64 = to_base64(pem);
  std::string spec;
  if (kind == "hashedrekord" && version == "0.0.1") {
    spec = R"({"signature":{"content":")" + sig64 + R"(","publicKey":{"content":")" + pem64 +
           R"("}},"data":{"hash":)" + hex_hash(bytes) + "}}";
  } else if (kind == "hashedrekord") {
    spec = R"({"hashedRekordV002":{"signature":{"content":")" + sig64 + R"(","verifier":)" +
           verifier(pem) + R"(},"data":)" + digest_hash(bytes) + "}}";
  } else if (kind == "dsse" && version == "0.0.1") {
    spec = R"({"payloadHash":)" + hex_hash(bytes) + R"(,"signatures":[{"signature":")" + sig64 +
           R"(","verifier":")" + pem64 + "\"}]}";
  } else if (kind == "dsse") {
    spec = R"({"dsseV002":{"payloadHash":)" + digest_hash(bytes) +
           R"(,"signatures":[{"content":")" + sig64 + R"(","verifier":)" + verifier(pem) + "}]}}";
  } else if (version == "0.0.1") {
    spec = R"({"content":{"hash":)" + hex_hash("envelope of " + sig) + R"(,"payloadHash":)" +
           hex_hash(bytes) + R"(},"publicKey":")" + pem64 + "\"}";
  } else {
    spec = R"({"content":{"payloadHash":)" + hex_hash(bytes) +
           R"(,"envelope":{"signatures":[{"sig":")" + to_base64(sig64) + R"(","publicKey":")" +
           pem64 + "\"}]}}}";
  }
  return R"({"kind":")" + kind + R"(","apiVersion":")" + version + R"(","spec":)" + spec + "}";
}

struct Type {
  std::string kind;
  std::string version;
};

const std::vector<Type> types = {{"hashedrekord", "0.0.1"}, {"hashedrekord", "0.0.2"},
                                 {"dsse", "0.0.1"},         {"dsse", "0.0.2"},
                                 {"intoto", "0.0.1"},       {"intoto", "0.0.2"}};

SignedMaterial sealed() {
  SignedMaterial material;
  material.content = Envelope{.payload_type = std::string(Envelope::in_toto_type),
                              .payload = payload,
                              .signatures = {{.bytes = signature}}};
  material.envelope_bytes = "envelope of " + signature;
  return material;
}

/// What the type's hash is of, in an envelope.
std::string hashed(const Type& type) {
  return type.kind == "hashedrekord" ? sealed().envelope()->signed_bytes() : payload;
}

std::string objection(const Type& type, const std::string& text, const SignedMaterial& material) {
  const LogEntry entry{.kind = type.kind, .version = type.version, .body = text};
  try {
    require_same(entry, material, signature, Artifact::of_bytes(payload),
                 {.key = PublicKey::parse_pem(key_pem, "it")});
    return "";
  } catch (const Error& error) {
    return error.message();
  }
}

}  // namespace

TEST_CASE("a log entry of each type is held against signature, signer and what was signed") {
  using Catch::Matchers::Contains;
  for (const Type& type : types) {
    INFO(type.kind << " " << type.version);
    const auto of = [&](const std::string& sig, const char* pem, const std::string& bytes) {
      return objection(type, body(type.kind, type.version, sig, pem, bytes), sealed());
    };
    CHECK(of(signature, key_pem, hashed(type)).empty());
    CHECK_THAT(of("another", key_pem, hashed(type)),
               Contains("another signature") || Contains("the hash of the envelope"));
    CHECK_THAT(of(signature, other_pem, hashed(type)), Contains("by another key"));
    CHECK_THAT(of(signature, key_pem, "else"), Contains("of something else"));
  }
}

TEST_CASE("a log entry of an artifact is held against the artifact") {
  SignedMaterial material;
  material.content = MessageSignature{.bytes = signature};
  for (const Type& type : types) {
    INFO(type.kind << " " << type.version);
    const std::string reason =
        objection(type, body(type.kind, type.version, signature, key_pem, payload), material);
    if (type.kind == "hashedrekord") {
      CHECK(reason.empty());
    } else {
      CHECK_FALSE(reason.empty());
    }
  }
}

TEST_CASE("a log entry that cannot be read, or is of another type, is refused") {
  using Catch::Matchers::Contains;
  const Type type{"hashedrekord", "0.0.1"};
  const std::string good = body(type.kind, type.version, signature, key_pem, hashed(type));
  CHECK_FALSE(objection(type, "", sealed()).empty());
  CHECK_THAT(objection(type, R"({"kind":"hashedrekord","apiVersion":"0.0.1"})", sealed()),
             Contains("has no spec"));
  CHECK_THAT(objection({"dsse", "0.0.1"}, good, sealed()),
             Contains("is said to be dsse 0.0.1 and is hashedrekord 0.0.1"));
  CHECK_THAT(
      objection({"rpm", "0.0.1"}, R"({"kind":"rpm","apiVersion":"0.0.1","spec":{}})", sealed()),
      Contains("is of the type rpm 0.0.1"));
  SignedMaterial unknown = sealed();
  unknown.envelope_bytes.clear();
  const Type old{"intoto", "0.0.1"};
  CHECK_THAT(objection(old, body(old.kind, old.version, signature, key_pem, payload), unknown),
             Contains("tells no signature"));
}

TEST_CASE("with the signature that was logged, an envelope is verified by its dsse entry") {
  const auto one = find_case("dsse-mismatch-sig_fail");
  if (!one) {
    WARN("no corpora");
    return;
  }
  SignedMaterial material = parse_bundle(one->bundle(), "it").material;
  const Json logged = parse_json(material.entries.at(0).body, "it");
  std::get<Envelope>(material.content).signatures.at(0).bytes =
      from_base64(logged["spec"]["signatures"][0]["signature"].get<std::string>()).value();
  const Verified verified =
      verify(material, Artifact::of_bytes(file(one->artifact())), one->options());
  CHECK(verified.statement.value().predicate_type == "https://slsa.dev/provenance/v1");
  CHECK(verified.entries.at(0).kind == "dsse");
  CHECK(verified.times.at(0).time.seconds == 1734374575);
  CHECK_THROWS_WITH(verify(material, Artifact::of_bytes("else"), one->options()),
                    Catch::Matchers::Contains("the signed statement is about sha256:"));
}

TEST_CASE("with the signature that was logged, an envelope in Rekor v2 lacks but its timestamp") {
  const auto one = find_case("rekor2-dsse-mismatch-sig_fail");
  if (!one) return;
  SignedMaterial material = parse_bundle(one->bundle(), "it").material;
  const Json logged = parse_json(material.entries.at(0).body, "it");
  const Json& kept = logged["spec"]["hashedRekordV002"]["signature"]["content"];
  std::get<Envelope>(material.content).signatures.at(0).bytes =
      from_base64(kept.get<std::string>()).value();
  const Artifact artifact = Artifact::of_bytes(file(one->artifact()));
  CHECK_THROWS_WITH(verify(material, artifact, one->options()),
                    Catch::Matchers::Contains("timestamp is of something else"));
  material.timestamps.clear();
  CHECK_THROWS_WITH(verify(material, artifact, one->options()),
                    Catch::Matchers::Contains("nobody who is trusted tells when"));
}

TEST_CASE("what cosign keeps in annotations goes through the same steps as a bundle") {
  const auto one = find_case("happy-path-v0.1");
  if (!one) return;
  const SignedMaterial bundled = parse_bundle(one->bundle(), "it").material;
  const LogEntry& entry = bundled.entries.at(0);
  Json rekor = {{"SignedEntryTimestamp", to_base64(entry.signed_entry_timestamp)},
                {"Payload",
                 {{"body", to_base64(entry.body)},
                  {"integratedTime", entry.integrated_time},
                  {"logIndex", entry.index},
                  {"logID", to_hex(std::as_bytes(std::span(entry.log_id)))}}}};
  std::map<std::string, std::string> annotations = {
      {std::string(CosignSignature::signature_key), to_base64(bundled.message()->bytes)},
      {std::string(CosignSignature::certificate_key), bundled.certificates.at(0).pem()},
      {std::string(CosignSignature::bundle_key), to_compact(rekor)}};
  const std::string bytes = file(one->artifact());
  const auto parsed = [&] {
    return parse_cosign_signature(CosignSignature::simple_signing_type, bytes, annotations);
  };
  const Verified verified = verify(parsed().material, Artifact::of_bytes(bytes), one->options());
  CHECK(verified.entries.at(0).index == 27246492);
  CHECK(verified.identity.value().has_name(Case::identity));
  CHECK(verified.scts.size() == 1);
  rekor["Payload"]["integratedTime"] = entry.integrated_time + 1;
  annotations[std::string(CosignSignature::bundle_key)] = to_compact(rekor);
  CHECK_THROWS_WITH(verify(parsed().material, Artifact::of_bytes(bytes), one->options()),
                    Catch::Matchers::Contains("the promise (SET)"));
}

TEST_CASE("without a log or a timestamp a certificate is looked at as of now") {
  const auto one = find_case("happy-path-v0.1");
  if (!one) return;
  const SignedMaterial material = parse_bundle(one->bundle(), "it").material;
  const Artifact artifact = Artifact::of_bytes(file(one->artifact()));
  VerifyOptions options = one->options();
  options.log_entries = 0;
  options.now = {.seconds = 1689177396};
  const Verified verified = verify(material, artifact, options);
  CHECK(verified.entries.empty());
  CHECK(verified.times.at(0).source == VerifiedTime::Source::clock);
  options.now.seconds += 3600;
  CHECK_THROWS_WITH(verify(material, artifact, options),
                    Catch::Matchers::Contains("the certificate was valid"));
  options = one->options();
  options.timestamps = 1;
  CHECK_THROWS_WITH(verify(material, artifact, options),
                    Catch::Matchers::Contains("0 of 1 timestamps"));
  options = one->options();
  options.log_entries = 2;
  CHECK_THROWS_WITH(verify(material, artifact, options),
                    Catch::Matchers::Contains("1 of 2 entries"));
  SignedMaterial twice = material;
  twice.entries.push_back(material.entries.front());
  CHECK_THROWS_WITH(verify(twice, artifact, one->options()),
                    Catch::Matchers::Contains("comes twice"));
  options = one->options();
  options.trusted_root.ct_logs.clear();
  options.require_sct = false;
  CHECK(verify(material, artifact, options).scts.empty());
}

}  // namespace lade::signing
