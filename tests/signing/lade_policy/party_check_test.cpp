#include "signing/lade_policy/party_check.h"

#include <catch2/catch.hpp>

#include "libimage/oci/hasher.h"
#include "signing/notation/jws.h"
#include "signing/notation/notary_payload.h"
#include "signing/sigstore/bundle.h"
#include "tests/signing/lade_policy/policy_text.h"
#include "tests/signing/notation/chains.h"
#include "tests/signing/sigstore/corpora.h"

namespace lade::signing {
namespace {

TEST_CASE("parties are counted by keys that are theirs alone") {
  using Ids = std::vector<std::vector<std::string>>;
  const std::pair<Ids, std::size_t> cases[] = {
      {{}, 0},
      {{{}, {}}, 0},
      {{{"a", "a", "b"}}, 1},
      {{{"a"}, {"b"}}, 2},
      {{{"a"}, {"a"}}, 1},
      {{{"a", "b"}, {"a"}}, 2},
      {{{"a", "b"}, {"a"}, {"b"}}, 2},
      {{{"a", "b"}, {"c"}, {"c"}}, 2},
      {{{"a"}, {"a", "b"}, {"b", "c"}}, 3},
      {{{"c", "b"}, {"b", "a"}, {"a"}}, 3},
  };
  for (const auto& [ids, wanted] : cases) {
    CAPTURE(ids);
    CHECK(count_parties(ids) == wanted);
  }
}

/// A signature of the Sigstore conformance suite, by a workflow of GitHub's.
struct Keyless {
  std::filesystem::path root = corpora() / "sigstore";
  std::filesystem::path directory = root / "bundle-verify" / "happy-path-v0.3-new-mediaType";

  bool is_there() const { return std::filesystem::exists(directory); }

  PartyCheck check(const std::string& signer, Timestamp now = {}) const {
    const LadePolicy policy = parse_lade_policy(
        "version = 1\ntrusted_root = \"root.json\"\n[default]\nverdict = "
        "\"allow\"\n[signers.ci]\n" +
            signer,
        "policy.toml",
        [this](const std::string&) { return file(root / "trusted_root.public-good.json"); });
    AttachedSignature attached;
    attached.content = parse_bundle(file(directory / "bundle.sigstore.json"), "the bundle");
    const Digest digest = digest_of(file(directory.parent_path() / "a.txt"));
    return check_party(policy, policy.signers[0], attached, digest, now);
  }
};

TEST_CASE("identities are held against name, issuer and what the certificate says of the build") {
  const Keyless keyless;
  if (!keyless.is_there()) {
    WARN("there are no corpora");
    return;
  }
  const std::string who =
      "identity = { pattern = \"^https://github.com/sigstore-conformance/\" }\n"
      "issuer = \"https://token.actions.githubusercontent.com\"\n";
  const PartyCheck good = keyless.check(who);
  CHECK(good.reason.empty());
  CHECK(good.is_good);
  REQUIRE(good.verified_time);
  CHECK(good.id.find("sigstore-conformance") != std::string::npos);

  const std::string repository =
      "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon";
  CHECK(keyless
            .check(who + "extensions = { sourceRepositoryURI = \"" + repository +
                   "\", runnerEnvironment = { pattern = \"^github-\" } }")
            .is_good);
  CHECK(keyless.check(who + "extensions = { sourceRepositoryRef = \"refs/heads/other\" }").reason ==
        "the signer's certificate names nobody who is trusted: its sourceRepositoryRef is "
        "refs/heads/main; wanted refs/heads/other");
  CHECK(keyless.check("identity = \"me\"\nissuer = { pattern = \".\" }").reason.find("wanted me") !=
        std::string::npos);
}

TEST_CASE("the time that a log tells is the one that a signer has to be trusted at") {
  const Keyless keyless;
  if (!keyless.is_there()) {
    WARN("there are no corpora");
    return;
  }
  const std::string who = "identity = { pattern = \".\" }\nissuer = { pattern = \"^https://\" }\n";
  const Timestamp now{.seconds = 4'000'000'000};
  const auto time = keyless.check(who, now).verified_time;
  REQUIRE(time);
  CHECK(keyless.check(who + "not_after = 2050-01-01", now).is_good);
  CHECK(keyless.check(who + "not_after = 2001-01-01", now).reason ==
        "ci is trusted until 2001-01-01T00:00:00Z, and the signature counts as of " +
            to_rfc3339(*time));
  CHECK_FALSE(keyless.check(who + "not_before = 2050-01-01", now).is_good);
}

/// A Notary Project signature that an authority has stamped.
struct Stamped {
  chains::Chain chain{};
  chains::Made stamps = chains::issue(chains::authority("stamps"));
  chains::Made stamper = chains::issue(chains::stamper(), &stamps);
  Digest image = digest_of("image");
  AttachedSignature attached = make();

  AttachedSignature make() {
    const Descriptor target{"application/vnd.oci.image.manifest.v1+json", image, 5};
    AttachedSignature made;
    made.form = AttachedSignature::Form::notation;
    made.content = parse_jws(chain.seal(notary_payload_of(target)), "it");
    return made;
  }
  void stamp(Timestamp time) {
    auto& signature = std::get<NotarySignature>(attached.content);
    signature.timestamp_token = chains::stamp(stamper, signature.signature, time);
  }
  NamedSigner by_authority() const {
    NamedSigner signer;
    signer.name = "vendor";
    signer.authorities = {chain.root.certificate};
    return signer;
  }
  NamedSigner by_key() const {
    NamedSigner signer;
    signer.name = "vendor";
    signer.keys.emplace_back(chain.signer.certificate.public_key());
    return signer;
  }
  PartyCheck check(const NamedSigner& signer) const {
    return check_party({}, signer, attached, image, chains::now);
  }
};

TEST_CASE("a Notary Project signature is in no log, and counts for nobody who has to be in one") {
  const Stamped notary;
  for (NamedSigner signer : {notary.by_authority(), notary.by_key()}) {
    CHECK(notary.check(signer).reason.empty());
    signer.says_log = true;
    CHECK(notary.check(signer).reason.find("is in no transparency log") != std::string::npos);
  }
}

TEST_CASE("whoever has to have a timestamp has to have one by an authority of theirs") {
  Stamped notary;
  notary.stamp(chains::now);
  for (NamedSigner signer : {notary.by_authority(), notary.by_key()}) {
    signer.needs_timestamp = true;
    CHECK(notary.check(signer).reason.find("names no timestamp_authorities") != std::string::npos);
    signer.timestamp_authorities = {notary.chain.root.certificate};
    CHECK_FALSE(notary.check(signer).is_good);
    signer.timestamp_authorities = {notary.stamps.certificate};
    const PartyCheck good = notary.check(signer);
    CHECK(good.reason.empty());
    CHECK(good.verified_time == chains::now);
    const Stamped plain;
    signer.authorities = {plain.chain.root.certificate};
    CHECK_FALSE(plain.check(signer).is_good);
  }
}

TEST_CASE("a time that was stamped is the one that a signer has to be trusted at") {
  Stamped notary;
  const Timestamp before{.seconds = chains::now.seconds - chains::day};
  notary.stamp(before);
  NamedSigner signer = notary.by_authority();
  signer.timestamp_authorities = {notary.stamps.certificate};
  signer.trusted.end = Timestamp{.seconds = before.seconds + 1};
  CHECK(notary.check(signer).reason.empty());
  signer.trusted.end = Timestamp{.seconds = before.seconds - 1};
  CHECK(notary.check(signer).reason.find("counts as of " + to_rfc3339(before)) !=
        std::string::npos);
}

TEST_CASE("an unknown extension is refused with the one that was meant") {
  const Keyless keyless;
  if (!keyless.is_there()) {
    WARN("there are no corpora");
    return;
  }
  try {
    keyless.check("identity = \"a\"\nissuer = \"b\"\nextensions = { sourceRepositoryURL = \"x\" }");
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.message().find("did you mean \"sourceRepositoryURI\"?") != std::string::npos);
  }
}

}  // namespace
}  // namespace lade::signing
