#include "signing/sigstore/simple_signing.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "signing/sigstore/cosign_signature.h"
#include "signing/sigstore/signer_identity.h"

namespace lade::signing {
namespace {

const std::string digest = "sha256:" + std::string(64, '0');

std::string payload(const std::string& type, const std::string& optional) {
  return R"({"critical":{"identity":{"docker-reference":"example.com/a"},)"
         R"("image":{"docker-manifest-digest":")" +
         digest + R"("},"type":")" + type + R"("},"optional":)" + optional + "}";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

using Annotations = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("the payload of a simple signature is read and written") {
  const std::string bytes =
      payload("cosign container image signature", R"({"creator":"me","timestamp":1.5,"a":"b"})");
  const SimpleSigning claim = parse_simple_signing(bytes, "it");
  CHECK(claim.docker_reference == "example.com/a");
  CHECK(claim.manifest_digest.str() == digest);
  CHECK(claim.optional.at("a") == "b");
  CHECK(to_bytes(claim) == bytes);
  const std::string without = payload("atomic container signature", "null");
  CHECK(to_bytes(parse_simple_signing(without, "it")) == without);
}

TEST_CASE("a payload that is not what simple signing says is refused") {
  const std::string good = payload("cosign container image signature", "{}");
  struct Row {
    std::string bytes;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"", "it"},
      {"[]", "it"},
      {"{}", "has no critical"},
      {replaced(good, R"("optional")", R"("more")"), "unknown member \"more\""},
      {replaced(good, R"("type")", R"("Type")"), "unknown member \"Type\""},
      {replaced(good, R"("critical":{)", R"("critical":{"x":1,)"), "unknown member \"x\""},
      {replaced(good, R"({"docker-reference":"example.com/a"})", "{}"),
       "has no \"docker-reference\""},
      {replaced(good, R"("example.com/a")", "7"), "docker-reference"},
      {replaced(good, digest, "sha256:0"), "sha256:0"},
      {replaced(good, "cosign", "another"), "is of the type \"another"},
      {payload("cosign container image signature", R"({"creator":1})"), "creator"},
      {payload("cosign container image signature", R"({"timestamp":"x"})"), "timestamp"},
      {payload("cosign container image signature", "[]"), "optional"},
      {good + " x", "it"},
  };
  for (const Row& row : rows) {
    INFO(row.bytes);
    CHECK_THROWS_WITH(parse_simple_signing(row.bytes, "it"),
                      Catch::Matchers::Contains(row.message));
  }
}

TEST_CASE("a file with a signature of cosign's is told by its first bytes") {
  CHECK_FALSE(parse_signature_file("", "f"));
  CHECK_FALSE(parse_signature_file("sigstore-json\n{}", "f"));
  CHECK_FALSE(parse_signature_file({"\0sigstore-json", 14}, "f"));
  const std::string magic("\0sigstore-json\n", 15);
  CHECK_THROWS_AS(parse_signature_file(magic, "f"), Error);
  CHECK_THROWS_WITH(parse_signature_file(magic + "{}", "f"), Catch::Matchers::Contains("mimeType"));
  CHECK_THROWS_WITH(
      parse_signature_file(magic + R"({"mimeType":"text/plain","payload":"e30="})", "f"),
      Catch::Matchers::Contains("\"text/plain\" is no signature"));
  CHECK_THROWS_WITH(parse_signature_file(
                        magic + R"({"mimeType":"x","payload":"e30=","annotations":{"a":1}})", "f"),
                    Catch::Matchers::Contains("a"));
}

TEST_CASE("annotations of a signature of cosign's that are wrong are named") {
  struct Row {
    std::string key;
    std::string value;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"dev.cosignproject.cosign/signature", "", "has no annotation"},
      {"dev.cosignproject.cosign/signature", "&", "is not base64"},
      {"dev.sigstore.cosign/certificate", "x", "certificate"},
      {"dev.sigstore.cosign/bundle", "{}", "has no Payload"},
      {"dev.sigstore.cosign/bundle", R"({"Payload":{"logID":"xy"}})", "logID is not hex"},
      {"dev.sigstore.cosign/rfc3161timestamp", "{}", "SignedRFC3161Timestamp"},
  };
  for (const Row& row : rows) {
    Annotations annotations = {{"dev.cosignproject.cosign/signature", "AQI="}};
    annotations[row.key] = row.value;
    CHECK_THROWS_WITH(
        parse_cosign_signature(CosignSignature::simple_signing_type, "{}", annotations),
        Catch::Matchers::Contains(row.message));
  }
}

TEST_CASE("a signer is wanted exactly or by a pattern, and always by issuer") {
  const CertificateIdentity got{
      .names = {{SubjectName::Kind::uri, "https://github.com/me/app/.github/w.yml@refs/tags/v1"}},
      .issuer = "https://issuer",
      .extensions = {{"buildTrigger", "push"}}};
  const auto named = [](const std::string& pattern) {
    return WantedIdentity{.name = WantedText::matching(pattern, "--p"),
                          .issuer = WantedText::exactly("https://issuer")};
  };
  CHECK_FALSE(named("^https://github.com/me/").objection(got));
  CHECK_THAT(*named("^https://github.com/you/").objection(got),
             Catch::Matchers::Contains("it is for https://github.com/me/app"));
  WantedIdentity wanted = named("app");
  wanted.issuer = WantedText::exactly("https://other");
  CHECK(*wanted.objection(got) == "its issuer is https://issuer; wanted https://other");
  wanted = named("app");
  wanted.extensions.emplace("buildTrigger", WantedText::exactly("manual"));
  CHECK(*wanted.objection(got) == "its buildTrigger is push; wanted manual");
  wanted.extensions.clear();
  wanted.extensions.emplace("runnerEnvironment", WantedText::exactly("x"));
  CHECK(*wanted.objection(got) == "its runnerEnvironment is not told; wanted x");
  CertificateIdentity unvouched = got;
  unvouched.issuer.clear();
  wanted = named("app");
  wanted.issuer = WantedText::matching("", "--p");
  CHECK(*wanted.objection(unvouched) == "its issuer is not told; wanted a match of ");
  CHECK_THROWS_WITH(require_identity(got, {}), Catch::Matchers::Contains("no identity was given"));
  CHECK_THROWS_AS(WantedText::matching("(", "--p"), Error);
  require_identity(got, {named("nobody"), named("app")});
}

}  // namespace lade::signing
