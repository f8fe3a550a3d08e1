#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "signing/policy/policy.h"
#include "tests/signing/gpg/gpg_home.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

Policy parse(const std::string& text) { return parse_policy(text, "the policy"); }

/// A policy whose default has this one requirement.
std::string with(const std::string& requirement) { return R"({"default":[)" + requirement + "]}"; }

const Requirement& only(const Policy& policy) {
  REQUIRE(policy.fallback.size() == 1);
  return policy.fallback.front();
}

TEST_CASE("the policy of containers/image's tests is read") {
  if (!file_exists(policy_corpus("policy.json"))) {
    WARN("there are no corpora");
    return;
  }
  const Policy policy = parse_policy_file(
      read_file(policy_corpus("policy.json"), Policy::size_limit_bytes), "policy.json");
  CHECK(type_of(only(policy)) == "reject");
  CHECK(policy.transports.size() == 2);
  const auto& docker = policy.transports.at("docker");
  CHECK(docker.size() == 14);
  CHECK(docker.at("example.com/hardened").size() == 3);
  const auto& remapped = std::get<SignedBy>(docker.at("private-mirror:5000/vendor-mirror").front());
  CHECK(remapped.identity.kind == IdentityMatch::Kind::remap_identity);
  CHECK(remapped.identity.signed_prefix == "vendor.example.com");
  const auto& two = std::get<SignedBy>(docker.at("registry.redhat.io/beta").front());
  CHECK(two.keys.paths.size() == 2);
  const auto& data = std::get<SignedBy>(docker.at("bogus/key-data-example").front());
  CHECK(data.keys.data == std::vector<std::string>{"nonsense"});
  CHECK(data.identity.kind == IdentityMatch::Kind::match_repo_digest_or_exact);
}

TEST_CASE("all that sigstoreSigned can say is read") {
  const auto fulcio = std::get<SigstoreSigned>(only(parse(with(
      R"({"type":"sigstoreSigned","fulcio":{"caPath":"/ca","oidcIssuer":"https://i","subjectEmail":"a@b"},)"
      R"("rekorPublicKeyDatas":["YQ==","Yg=="],"signedIdentity":{"type":"matchRepository"}})"))));
  CHECK(std::get<FulcioTrust>(fulcio.signer).subject_email == "a@b");
  CHECK(fulcio.rekor_keys.data == std::vector<std::string>{"a", "b"});
  CHECK(fulcio.identity.kind == IdentityMatch::Kind::match_repository);
  const auto pki = std::get<SigstoreSigned>(only(parse(with(
      R"({"type":"sigstoreSigned","pki":{"caRootsData":"cm9v\ndA==","caIntermediatesPath":"/i",)"
      R"("subjectHostname":"h.example.com"}})"))));
  CHECK(std::get<PkiTrust>(pki.signer).roots.data == std::vector<std::string>{"root"});
  CHECK(std::get<PkiTrust>(pki.signer).intermediates.paths == std::vector<std::string>{"/i"});
  const auto keys = std::get<SigstoreSigned>(only(parse(
      with(R"({"type":"sigstoreSigned","keyPaths":["/a","/b"],"rekorPublicKeyPath":"/r"})"))));
  CHECK(std::get<KeySource>(keys.signer).paths.size() == 2);
}

TEST_CASE("what a policy must not say is refused, with its place") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"", "the policy"},
      {"[]", "wanted an object"},
      {"{}", "has no \"default\""},
      {R"({"default":[]})", "default is empty"},
      {R"({"default":{}})", "default is of the type object"},
      {R"({"default":null})", "default is of the type null"},
      {R"({"default":[{"type":"reject"}],"default":[{"type":"reject"}]})", "default"},
      {R"({"default":[{"type":"reject"}],"transport":{}})", "did you mean \"transports\"?"},
      {R"({"default":[{"type":"reject"}],"transports":null})", "transports is of the type null"},
      {R"({"default":[{"type":"reject"}],"transports":{"docker":{"a/b":[]}}})",
       "transports.docker.\"a/b\" is empty"},
      {R"({"default":[{"type":"reject"}],"transports":{"dir":{"a":[{"type":"reject"}]}}})",
       "it is no absolute path"},
      {R"({"default":[{"type":"reject"}],"transports":{"dir":{"/":[{"type":"reject"}]}}})",
       "written as the transport's default"},
      {R"({"default":[{"type":"reject"}],"transports":{"oci":{"/a/../b":[{"type":"reject"}]}}})",
       "shortest form"},
      {R"({"default":[{"type":"reject"}],"transports":{"tarball":{"/a":[{"type":"reject"}]}}})",
       "but its default"},
      {with("{}"), "default[0] has no \"type\""},
      {with(R"({"type":"rejects"})"), "did you mean \"reject\"?"},
      {with(R"({"type":"reject","x":1})"), "default[0] has an unknown member \"x\""},
      {with(R"({"type":"signedBy","keyPath":"/k"})"), "has no \"keyType\""},
      {with(R"({"type":"signedBy","keyType":"PGP","keyPath":"/k"})"), "wanted \"GPGKeys\""},
      {with(R"({"type":"signedBy","keyType":"GPGKeys"})"), "0 of keyPath, keyPaths and keyData"},
      {with(R"({"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","keyData":"YQ=="})"),
       "2 of keyPath, keyPaths and keyData"},
      {with(R"({"type":"signedBy","keyType":"GPGKeys","keyPath":""})"), "keyPath is empty"},
      {with(R"({"type":"signedBy","keyType":"GPGKeys","keyPath":1})"), "wanted a string"},
      {with(R"({"type":"signedBy","keyType":"GPGKeys","keyPaths":[]})"), "keyPaths is empty"},
      {with(R"({"type":"signedBy","keyType":"GPGKeys","keyPaths":["/a",""]})"),
       "keyPaths[1] is empty"},
      {with(R"({"type":"signedBy","keyType":"GPGKeys","keyData":"%"})"), "is not base64"},
      {with(R"({"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":null})"),
       "signedIdentity is of the type null"},
      {with(
           R"({"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":{"type":"x"}})"),
       "signedIdentity.type is \"x\", which is no kind"},
      {with(R"({"type":"signedBy","keyType":"GPGKeys","keyPath":"/k",)"
            R"("signedIdentity":{"type":"matchExact","dockerReference":"a"}})"),
       "unknown member \"dockerReference\""},
      {with(R"({"type":"signedBaseLayer"})"), "has no \"baseLayerIdentity\""},
      {with(R"({"type":"signedBaseLayer","baseLayerIdentity":{"type":"exactReference",)"
            R"("dockerReference":"busybox"}})"),
       "neither tag nor digest"},
      {with(R"({"type":"signedBaseLayer","baseLayerIdentity":{"type":"exactRepository",)"
            R"("dockerRepository":"UP"}})"),
       "dockerRepository"},
      {with(R"({"type":"signedBaseLayer","baseLayerIdentity":{"type":"remapIdentity",)"
            R"("prefix":"a.b:1/c:tag","signedPrefix":"b"}})"),
       "wanted a host, a namespace or a repository"},
      {with(R"({"type":"sigstoreSigned"})"), "0 of keyPath, keyPaths, keyData, keyDatas, fulcio"},
      {with(R"({"type":"sigstoreSigned","keyPath":"/k","fulcio":{}})"), "has 2 of keyPath"},
      {with(R"({"type":"sigstoreSigned","fulcio":{"caPath":"/c","oidcIssuer":"i",)"
            R"("subjectEmail":"e"}})"),
       "no key of Rekor's"},
      {with(R"({"type":"sigstoreSigned","rekorPublicKeyPath":"/r","fulcio":{"caPath":"/c",)"
            R"("caData":"YQ==","oidcIssuer":"i","subjectEmail":"e"}})"),
       "2 of caPath and caData"},
      {with(R"({"type":"sigstoreSigned","rekorPublicKeyPath":"/r","fulcio":{"caPath":"/c",)"
            R"("subjectEmail":"e"}})"),
       "has no \"oidcIssuer\""},
      {with(R"({"type":"sigstoreSigned","keyPath":"/k","rekorPublicKeyPath":"/r",)"
            R"("rekorPublicKeyData":"YQ=="})"),
       "wanted one at most"},
      {with(R"({"type":"sigstoreSigned","pki":{"caRootsPath":"/c"}})"),
       "neither subjectEmail nor subjectHostname"},
      {with(R"({"type":"sigstoreSigned","rekorPublicKeyPath":"/r","pki":{"caRootsPath":"/c",)"
            R"("subjectEmail":"e"}})"),
       "do not go together"},
  }));
  CAPTURE(text);
  const std::string policy = text;
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { parse(policy); }), Catch::Contains(reason));
}

TEST_CASE("transports that nobody knows may be in a policy") {
  CHECK(parse(R"({"default":[{"type":"reject"}],"transports":{"new":{"x y":[{"type":"reject"}]}}})")
            .transports.at("new")
            .contains("x y"));
}

}  // namespace
}  // namespace lade::signing
