#include "signing/sigstore/bundle.h"

#include <catch2/catch.hpp>
#include <functional>

#include "libimage/base/error.h"
#include "signing/sigstore/cosign_blob.h"
#include "tests/signing/sigstore/cases.h"

namespace lade::signing {
namespace {

/// A bundle of the least there is, by a key, of a message.
Json small() {
  return parse_json(R"({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
    "verificationMaterial": {"publicKey": {"hint": "mine"}, "tlogEntries": [
      {"logIndex": "7", "logId": {"keyId": "AAEC"}, "kindVersion": {"kind": "k", "version": "v"},
       "integratedTime": "5", "canonicalizedBody": "e30=",
       "inclusionPromise": {"signedEntryTimestamp": "AQ=="},
       "inclusionProof": {"logIndex": 3, "treeSize": "4", "rootHash": "AQI=",
         "hashes": ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
         "checkpoint": {"envelope": "text"}}}]},
    "messageSignature": {"messageDigest": {"algorithm": "SHA2_256", "digest": "AQ"},
                         "signature": "_-8="}})",
                    "small");
}

std::string message_of(const std::function<void(Json&)>& change) {
  Json json = small();
  change(json);
  try {
    parse_bundle(to_compact(json), "b.json");
    return "";
  } catch (const Error& error) {
    return error.message();
  }
}

}  // namespace

TEST_CASE("a bundle is read as protobuf writes JSON") {
  const Bundle bundle = parse_bundle(to_compact(small()), "b.json");
  CHECK(bundle.version == Bundle::Version::v0_3);
  CHECK(bundle.material.key_hint == "mine");
  const LogEntry& entry = bundle.material.entries.at(0);
  CHECK(entry.index == 7);
  CHECK(entry.log_id.size() == 3);
  CHECK(entry.integrated_time == 5);
  CHECK(entry.body == "{}");
  CHECK(entry.proof.value().index == 3);
  CHECK(entry.proof->tree_size == 4);
  CHECK(entry.proof->checkpoint == "text");
  // base64 of the other alphabet, and without padding, is base64, too
  CHECK(bundle.material.message()->bytes == "\xff\xef");
  CHECK(bundle.material.message()->digest.size() == 1);
}

TEST_CASE("what a bundle lacks or has wrong is named") {
  struct Row {
    std::function<void(Json&)> change;
    std::string message;
  };
  const auto proofs = [](Json& json) -> Json& { return json["verificationMaterial"]; };
  const auto entry = [&](Json& json) -> Json& { return proofs(json)["tlogEntries"][0]; };
  const std::vector<Row> rows = {
      {[](Json& json) { json["mediaType"] = "text/plain"; }, "is of the type \"text/plain\""},
      {[](Json& json) { json.erase("mediaType"); }, "mediaType"},
      {[](Json& json) { json.erase("verificationMaterial"); }, "has no verificationMaterial"},
      {[&](Json& json) { proofs(json).erase("publicKey"); }, "has 0 of certificate"},
      {[&](Json& json) { proofs(json)["certificate"] = Json::object(); }, "has 2 of certificate"},
      {[&](Json& json) {
         proofs(json).erase("publicKey");
         proofs(json)["x509CertificateChain"] = Json::object();
       },
       "is of version 0.3 and has an x509CertificateChain"},
      {[&](Json& json) {
         proofs(json).erase("publicKey");
         proofs(json)["certificate"] = {{"rawBytes", "AAEC"}};
       },
       "is no certificate"},
      {[&](Json& json) { entry(json)["logIndex"] = "-1"; }, "logIndex is -1, less than 0"},
      {[&](Json& json) { entry(json)["logIndex"] = "1x"; }, "logIndex is \"1x\", no number"},
      {[&](Json& json) { entry(json)["logIndex"] = "99999999999999999999"; }, "no number"},
      {[&](Json& json) { entry(json).erase("logId"); }, "has no logId"},
      {[&](Json& json) { entry(json).erase("kindVersion"); }, "has no kindVersion"},
      {[&](Json& json) { entry(json).erase("canonicalizedBody"); }, "has no canonicalizedBody"},
      {[&](Json& json) { entry(json).erase("inclusionProof"); }, "without an inclusion proof"},
      {[&](Json& json) { entry(json)["inclusionProof"].erase("checkpoint"); },
       "without a checkpoint"},
      {[&](Json& json) { entry(json)["inclusionProof"]["hashes"][0] = "AAEC"; },
       "a hash of an inclusion proof has 3 bytes; wanted 32"},
      {[&](Json& json) { entry(json)["inclusionProof"]["hashes"][0] = 1; }, "hashes"},
      {[&](Json& json) {
         for (int i = 0; i < 70; ++i) entry(json)["inclusionProof"]["hashes"].push_back("");
       },
       "hashes has 71 elements"},
      {[&](Json& json) {
         for (int i = 0; i < 40; ++i) proofs(json)["tlogEntries"].push_back(entry(json));
       },
       "tlogEntries has 41 elements"},
      {[](Json& json) { json.erase("messageSignature"); }, "has neither of messageSignature"},
      {[](Json& json) { json["dsseEnvelope"] = Json::object(); }, "has both messageSignature"},
      {[](Json& json) { json["messageSignature"]["signature"] = "&&"; }, "is not base64"},
      {[](Json& json) { json["messageSignature"]["signature"] = ""; }, "has no signature"},
      {[](Json& json) { json["messageSignature"]["messageDigest"]["algorithm"] = "MD5"; },
       "the hash algorithm \"MD5\""},
      {[](Json& json) {
         json.erase("messageSignature");
         json["dsseEnvelope"] = {{"payload", "e30="},
                                 {"payloadType", "t"},
                                 {"signatures", {{{"sig", "AQ=="}}, {{"sig", "AQ=="}}}}};
       },
       "an envelope with 2 signatures"},
  };
  for (const Row& row : rows) {
    INFO(row.message);
    CHECK_THAT(message_of(row.change), Catch::Matchers::Contains(row.message));
  }
  CHECK(message_of([](Json&) {}).empty());
}

TEST_CASE("a bundle of version 0.1 needs a promise, and its proof may lack a checkpoint") {
  const auto of_v1 = [](Json& json) {
    json["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.1";
  };
  Json json = small();
  of_v1(json);
  Json& entry = json["verificationMaterial"]["tlogEntries"][0];
  entry["inclusionProof"].erase("checkpoint");
  CHECK_FALSE(parse_bundle(to_compact(json), "b").material.entries.at(0).proof);
  entry.erase("inclusionPromise");
  CHECK_THROWS_WITH(parse_bundle(to_compact(json), "b"),
                    Catch::Matchers::Contains("without a promise (SET)"));
}

TEST_CASE("what is not JSON, or too large, is no bundle") {
  CHECK_THROWS_AS(parse_bundle("", "b"), Error);
  CHECK_THROWS_AS(parse_bundle("[]", "b"), Error);
  CHECK_THROWS_WITH(parse_bundle(std::string(Bundle::size_limit_bytes + 1, ' '), "b"),
                    Catch::Matchers::Contains("are not read"));
}

TEST_CASE("a bundle that was written is read as it was") {
  const std::vector<Case> cases = conformance_cases();
  if (cases.empty()) WARN("no corpora");
  for (const Case& one : cases) {
    if (one.fails()) continue;
    INFO(one.name());
    const Bundle bundle = parse_bundle(one.bundle(), "it");
    if (bundle.material.entries.at(0).proof->checkpoint.empty()) continue;
    const Json written = to_json(bundle);
    const Bundle again = parse_bundle(to_compact(written), "written");
    CHECK(again.version == Bundle::Version::v0_3);
    CHECK(to_compact(to_json(again)) == to_compact(written));
    verify(again.material, Artifact::of_bytes(file(one.artifact())), one.options());
  }
}

TEST_CASE("a bundle that version 0.3 has no place for is not written") {
  Bundle bundle = parse_bundle(to_compact(small()), "b");
  bundle.material.entries.at(0).proof.reset();
  CHECK_THROWS_WITH(to_json(bundle), Catch::Matchers::Contains("without a proof"));
}

TEST_CASE("cosign's bundle of a file from before is read") {
  const SignedMaterial material = parse_blob_bundle(
      R"({"base64Signature":"AQI=","cert":"","rekorBundle":{"SignedEntryTimestamp":"AQ==",)"
      R"("Payload":{"body":"eyJraW5kIjoiaGFzaGVkcmVrb3JkIiwiYXBpVmVyc2lvbiI6IjAuMC4xIn0=",)"
      R"("integratedTime":12,"logIndex":34,"logID":"00ff"}}})",
      "old");
  CHECK(material.message()->bytes == "\x01\x02");
  CHECK(material.certificates.empty());
  const LogEntry& entry = material.entries.at(0);
  CHECK(entry.kind == "hashedrekord");
  CHECK(entry.version == "0.0.1");
  CHECK(entry.index == 34);
  CHECK(entry.integrated_time == 12);
  CHECK(entry.log_id == std::string("\x00\xff", 2));
  CHECK_THROWS_WITH(parse_blob_bundle(R"({"base64Signature":"AQI=","cert":"x"})", "old"),
                    Catch::Matchers::Contains("neither PEM nor base64 of PEM"));
}

TEST_CASE("a signature in a file is base64 or the bytes themselves") {
  CHECK(parse_detached_signature("AQI=\n", "s") == "\x01\x02");
  CHECK(parse_detached_signature("\x30\x01", "s") == "\x30\x01");
  CHECK_THROWS_AS(parse_detached_signature("", "s"), Error);
}

}  // namespace lade::signing
