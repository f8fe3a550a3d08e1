#include "signing/policy/decide.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "libimage/base/base64.h"
#include "libimage/base/file.h"
#include "libimage/oci/hasher.h"
#include "signing/gpg/sign.h"
#include "tests/signing/gpg/gpg_home.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

constexpr Timestamp now{1780000000, 0};

bool has_corpus() {
  if (file_exists(policy_corpus("cosign.pub"))) return true;
  WARN("there are no corpora");
  return false;
}

/// A file of the corpus; what was a symlink there is a file that holds where it leads.
std::string read_fixture(const std::string& path) {
  std::string text = read_file(policy_corpus(path), 1 << 20);
  if (!text.starts_with("../")) return text;
  const auto target = (std::filesystem::path(path).parent_path() / text).lexically_normal();
  return file_exists(policy_corpus(target)) ? read_fixture(target) : text;
}

PolicyImage fixture(const std::string& name, const std::string& reference) {
  PolicyImage image{.subject = named_subject("docker", Reference::parse(reference)),
                    .manifest = digest_of(read_fixture(name + "/manifest.json"))};
  image.signatures = [name] {
    std::vector<ImageSignature> signatures;
    for (int i = 1; file_exists(policy_corpus(fmt::format("{}/signature-{}", name, i))); ++i) {
      const std::string file = fmt::format("signature-{}", i);
      signatures.push_back({.origin = file, .content = read_fixture(name + "/" + file)});
    }
    return signatures;
  };
  return image;
}

Policy policy_of(const std::string& requirements) {
  return parse_policy(R"({"default":[)" + requirements + "]}", "the policy");
}

std::string signed_by(const std::string& key, const std::string& identity = "") {
  return fmt::format(R"({{"type":"signedBy","keyType":"GPGKeys","keyPath":"{}"{}}})",
                     policy_corpus(key), identity);
}

std::string sigstore_signed(const std::string& more) {
  return fmt::format(R"({{"type":"sigstoreSigned","keyPath":"{}"{}}})", policy_corpus("cosign.pub"),
                     more);
}

Decision decided(const std::string& requirements, const PolicyImage& image) {
  return decide(policy_of(requirements), image, {.now = now});
}

const std::string any_tag = R"(,"signedIdentity":{"type":"matchRepository"})";
const std::string cosign_name = "192.168.64.2:5000/cosign-signed-single-sample";

TEST_CASE("the images of the corpus get the verdict that their names say") {
  if (!has_corpus()) return;
  const auto [image, reference, requirement, verdict,
              reason] = GENERATE(table<std::string, std::string, std::string, Verdict,
                                       std::string>({
      {"dir-img-valid", "testing/manifest:latest", signed_by("public-key.gpg"), Verdict::valid,
       "signed by the key 08CD26E446E2E95249B7A405E932F44B23E8DD43 for testing/manifest:latest"},
      {"dir-img-mixed", "testing/manifest:latest", signed_by("public-key.gpg"), Verdict::valid,
       "signed by the key"},
      {"dir-img-unsigned", "testing/manifest:latest", signed_by("public-key.gpg"), Verdict::absent,
       "the image has no signature by simple signing"},
      {"dir-img-modified-manifest", "testing/manifest:latest", signed_by("public-key.gpg"),
       Verdict::untrusted, "the signature is of the manifest sha256:20bf21ed"},
      {"dir-img-valid", "testing/manifest:other", signed_by("public-key.gpg"), Verdict::untrusted,
       "wanted docker.io/testing/manifest:other"},
      {"dir-img-valid", "testing/manifest:latest", signed_by("public-key-with-subkey.gpg"),
       Verdict::untrusted, "none of the trusted ones"},
      {"dir-img-valid", "testing/manifest:latest", signed_by("no-such-key.gpg"), Verdict::untrusted,
       "no-such-key.gpg"},
      {"dir-img-valid", "testing/manifest:latest", sigstore_signed(any_tag), Verdict::absent,
       "no signature of Sigstore's"},
      {"dir-img-cosign-valid", cosign_name + ":1", sigstore_signed(any_tag), Verdict::valid,
       "signed by the key ECDSA P-256 sha256:"},
      {"dir-img-cosign-mixed", cosign_name + ":1", sigstore_signed(any_tag), Verdict::valid,
       "signed by the key"},
      {"dir-img-cosign-modified-manifest", cosign_name + ":1", sigstore_signed(any_tag),
       Verdict::untrusted, "the signature is of the manifest sha256:634a8f35"},
      {"dir-img-cosign-valid", cosign_name + ":1", sigstore_signed(""), Verdict::untrusted,
       "with neither tag nor digest"},
      {"dir-img-cosign-valid", "q.io/x:1", sigstore_signed(any_tag), Verdict::untrusted,
       "wanted the repository q.io/x"},
      {"dir-img-cosign-valid", cosign_name + ":1", signed_by("public-key.gpg"), Verdict::absent,
       "no signature by simple signing"},
      {"dir-img-cosign-valid", cosign_name + ":1",
       sigstore_signed(
           fmt::format(R"(,"rekorPublicKeyPath":"{}"{})", policy_corpus("cosign.pub"), any_tag)),
       Verdict::untrusted, "0 of 1 entries in transparency logs"},
  }));
  CAPTURE(image, reference);
  const Decision decision = decided(requirement, fixture(image, reference));
  REQUIRE(decision.requirements.size() == 1);
  const RequirementOutcome& outcome = decision.requirements.front();
  CHECK(to_string(outcome.verdict) == to_string(verdict));
  CHECK_THAT(outcome.reason, Catch::Contains(reason));
  CHECK(decision.allowed == (verdict == Verdict::valid));
  CHECK(decision.rule() == "the default");
}

TEST_CASE("the good one of several signatures counts, and what was refused is told") {
  if (!has_corpus()) return;
  PolicyImage image = fixture("dir-img-valid", "testing/manifest:latest");
  const auto good = image.signatures;
  image.signatures = [good] {
    std::vector<ImageSignature> all{
        {.origin = "bad", .content = std::string("nonsense")},
        {.origin = "unknown", .content = read_fixture("unknown-key.signature")},
        {.origin = "cosign", .content = read_fixture("dir-img-cosign-valid/signature-1")}};
    const std::vector<ImageSignature> rest = good();
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
  };
  const Decision decision = decided(signed_by("public-key.gpg"), image);
  REQUIRE(decision.allowed);
  const auto& looked_at = decision.requirements.front().signatures;
  REQUIRE(looked_at.size() == 3);
  CHECK(looked_at[0].origin == "bad");
  CHECK_FALSE(looked_at[0].accepted);
  CHECK_THAT(looked_at[1].reason, Catch::Contains("5F9470E3BC6C3B55"));
  CHECK(looked_at[2].accepted);
}

TEST_CASE("all requirements of a scope have to hold") {
  if (!has_corpus()) return;
  const PolicyImage image = fixture("dir-img-valid", "testing/manifest:latest");
  const std::string anything = R"({"type":"insecureAcceptAnything"},)";
  CHECK(decided(anything + signed_by("public-key.gpg"), image).allowed);
  const Decision both =
      decided(signed_by("public-key.gpg") + "," + sigstore_signed(any_tag), image);
  CHECK_FALSE(both.allowed);
  CHECK(both.requirements.front().holds());
  CHECK_THAT(both.objection(), Catch::StartsWith("sigstoreSigned: the image has no signature"));
  CHECK_FALSE(decided(signed_by("public-key.gpg") + R"(,{"type":"reject"})", image).allowed);
}

TEST_CASE("what nobody can check allows nothing") {
  const PolicyImage image{.subject = plain_subject("tarball"), .manifest = digest_of("x")};
  const auto objection = [&](const std::string& requirement) {
    const Decision decision = decided(requirement, image);
    CHECK_FALSE(decision.allowed);
    return decision.objection();
  };
  CHECK(objection(R"({"type":"reject"})") == "reject: every image is rejected");
  CHECK_THAT(objection(R"({"type":"signedBaseLayer","baseLayerIdentity":{"type":"matchExact"}})"),
             Catch::Contains("cannot be told"));
  CHECK_THAT(objection(R"({"type":"signedBy","keyType":"X509Certificates","keyPath":"/x"})"),
             Catch::Contains("wanted GPGKeys"));
  CHECK_FALSE(decide({}, image, {}).allowed);
}

TEST_CASE("signatures are asked for once, and only if somebody wants one") {
  int asked = 0;
  PolicyImage image{.subject = plain_subject("tarball"), .manifest = digest_of("x")};
  image.signatures = [&]() -> std::vector<ImageSignature> {
    ++asked;
    return {};
  };
  CHECK(decided(R"({"type":"insecureAcceptAnything"})", image).allowed);
  CHECK(asked == 0);
  const std::string one = R"({"type":"sigstoreSigned","keyPath":"/x"})";
  CHECK_FALSE(decided(one + "," + one, image).allowed);
  CHECK(asked == 1);
  image.signatures = []() -> std::vector<ImageSignature> {
    fail(ErrorKind::unavailable, "the registry does not answer");
  };
  CHECK_THAT(error_of(ErrorKind::unavailable, [&] { decided(one, image); }),
             Catch::Contains("does not answer"));
}

TEST_CASE("a scope decides alone and a refusal names it") {
  const Policy policy = parse_policy(
      R"({"default":[{"type":"insecureAcceptAnything"}],"transports":{"docker":{
          "q.io/locked":[{"type":"reject"}],"":[{"type":"insecureAcceptAnything"}]}}})",
      "the policy");
  const auto image = [](const std::string& name) {
    return PolicyImage{.subject = named_subject("docker", Reference::parse(name)),
                       .manifest = digest_of("x")};
  };
  const Decision locked = decide(policy, image("q.io/locked/app:1"), {});
  CHECK(locked.rule() == "the scope \"q.io/locked\" of docker");
  CHECK_THAT(error_of(ErrorKind::denied, [&] { require_allowed(locked, "docker://q.io/locked"); }),
             Catch::Contains("does not allow docker://q.io/locked: by the scope \"q.io/locked\""));
  const Decision open = decide(policy, image("q.io/open"), {});
  CHECK(open.allowed);
  CHECK(open.rule() == "the default of docker");
  CHECK_NOTHROW(require_allowed(open, "q.io/open"));
}

TEST_CASE("a payload that is signed and wrong is refused") {
  GpgHome home;
  home.make_key("signer@example.com");
  const std::string keys = to_base64(home.exported("signer@example.com"));
  const std::string requirement =
      fmt::format(R"({{"type":"signedBy","keyType":"GPGKeys","keyData":"{}"}})", keys);
  const Digest manifest = digest_of("a manifest");
  const auto reason = [&](const std::string& payload) {
    PolicyImage image{.subject = named_subject("docker", Reference::parse("q.io/app:1")),
                      .manifest = manifest};
    image.signatures = [&] {
      return std::vector<ImageSignature>{
          {.origin = "one",
           .content = sign_with_gpg(payload, {.key = "signer@example.com", .home = home.path()})}};
    };
    return decided(requirement, image).requirements.front().reason;
  };
  SimpleSigning claim{.docker_reference = "q.io/app:1",
                      .manifest_digest = manifest,
                      .type = std::string(SimpleSigning::atomic_type)};
  CHECK_THAT(reason(to_bytes(claim)), Catch::StartsWith("signed by the key"));
  CHECK_THAT(reason("{}"), Catch::Contains("the signed payload"));
  claim.type = SimpleSigning::cosign_type;
  CHECK_THAT(reason(to_bytes(claim)), Catch::Contains("wanted \"atomic container signature\""));
  claim.type = SimpleSigning::atomic_type;
  claim.docker_reference = "Not A Name";
  CHECK_THAT(reason(to_bytes(claim)), Catch::Contains("which is no image name"));
}

}  // namespace
}  // namespace lade::signing
