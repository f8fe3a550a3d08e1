#include <catch2/catch.hpp>

#include "signing/image/sign_image.h"
#include "signing/keys/private_key.h"
#include "signing/lade_policy/judgement.h"
#include "tests/signing/lade_policy/policy_text.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/memory_image.h"

namespace lade::signing {
namespace {

constexpr Timestamp now{.seconds = 1'800'000'000};

/// Somebody with a key, whose public half a policy knows as `team`.
struct Team {
  PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);

  LadePolicy policy(const std::string& text) const {
    return parse_lade_policy("version = 1\n[signers.team]\nkey = \"team.pub\"\n" + text,
                             "policy.toml",
                             [this](const std::string&) { return key.public_key().pem(); });
  }
};

/// What is signed, in memory.
struct Place {
  MemoryImageDestination destination{{.referrers = true}};

  RawManifest add(const TestImage& options = {}) {
    MemoryImageSource given;
    RawManifest top = add_image(given, {add_layer(given, tar_of({{"a", "x"}}))}, options);
    for (const auto& [digest, bytes] : given.blobs()) destination.add_blob(bytes);
    destination.put_manifest(top);
    destination.commit(top);
    return top;
  }
  void sign(const RawManifest& manifest, PrivateKey& key) {
    sign_image([this]() -> std::unique_ptr<ImageSource> { return destination.as_source(); },
               destination, manifest.descriptor(), key,
               {.docker_reference = "a.io/app:1", .cosign = false});
  }
  void attest(const RawManifest& manifest, PrivateKey& key, const std::string& type,
              Json predicate) {
    const Statement statement{.subjects = {subject_of("it", manifest.digest)},
                              .predicate_type = type,
                              .predicate = std::move(predicate)};
    lade::attach(destination, {sign_statement(statement, manifest.descriptor(), key, now)});
  }
  ImageJudgement judge(const LadePolicy& policy, const RawManifest& manifest,
                       const BaseFinder& find_base = {}) {
    const auto source = destination.as_source();
    ImageFacts facts(*source, manifest, named_subject("docker", Reference::parse("a.io/app:1")));
    return signing::judge(policy, facts, {.now = now, .find_base = find_base});
  }
};

constexpr const char* signed_by_team = "[default]\n[[default.signature]]\nsigners = [\"team\"]\n";

TEST_CASE("a judgement says what decided, where that stands and why") {
  Team team;
  Place place;
  const RawManifest image = place.add();
  const LadePolicy policy = team.policy(signed_by_team);
  const ImageJudgement absent = place.judge(policy, image);
  CHECK_FALSE(absent.allowed);
  CHECK(absent.is_refused());
  CHECK(absent.objection() ==
        "the rule \"default\" (policy.toml:4) does not allow it: signature: there is no signature");
  CHECK(error_of(ErrorKind::denied, [&] { require_allowed(absent, "app"); }) ==
        "app is not allowed: " + absent.objection());
  place.sign(image, team.key);
  const ImageJudgement present = place.judge(policy, image);
  CHECK(present.allowed);
  CHECK(present.objection().empty());
  CHECK_NOTHROW(require_allowed(present, "app"));
}

TEST_CASE("what does not answer is unreachable, not unsigned, and is no reason to allow") {
  struct Silent final : ForwardingSource {
    using ForwardingSource::ForwardingSource;
    std::vector<Referrer> referrers(const Digest&) override {
      fail(ErrorKind::unavailable, "nobody answers");
    }
  };
  const Team team;
  Place place;
  const RawManifest image = place.add();
  const auto source = place.destination.as_source();
  Silent silent(*source);
  ImageFacts facts(silent, image, plain_subject("docker"));
  const LadePolicy policy = team.policy(signed_by_team);
  const ImageJudgement judgement = judge(policy, facts, {.now = now});
  CHECK_FALSE(judgement.allowed);
  REQUIRE(judgement.requirements.size() == 1);
  CHECK(judgement.requirements[0].verdict == Verdict::unreachable);
  CHECK(judgement.requirements[0].reason == "nobody answers");
  // so that it is worth another try
  CHECK(error_of(ErrorKind::unavailable, [&] { require_allowed(judgement, "app"); }) ==
        "app is not allowed: " + judgement.objection());
  ImageJudgement both = judgement;
  both.requirements.push_back({.verdict = Verdict::absent});
  CHECK_FALSE(both.is_unreachable());
}

TEST_CASE("of an image that cannot be read no requirement holds, in whatever mode") {
  const Team team;
  const PolicySubject subject = plain_subject("docker");
  const auto answer = [&](const std::string& text, ErrorKind kind) {
    const LadePolicy policy = team.policy(text);
    try {
      fail(kind, "it broke");
    } catch (const Error& error) {
      return unjudged(policy, subject, error);
    }
  };
  const ImageJudgement refused = answer(signed_by_team, ErrorKind::corrupt);
  CHECK(refused.is_refused());
  CHECK(refused.requirements.at(0).verdict == Verdict::untrusted);
  CHECK(refused.objection().ends_with("signature: it broke"));
  CHECK(answer(signed_by_team, ErrorKind::unavailable).requirements.at(0).verdict ==
        Verdict::unreachable);
  const ImageJudgement told = answer(
      "[default]\nmode = \"warn\"\n[[default.signature]]\n"
      "signers = [\"team\"]\n",
      ErrorKind::corrupt);
  CHECK_FALSE(told.allowed);
  CHECK_FALSE(told.is_refused());
}

TEST_CASE("what is attached is asked for once, however many requirements there are") {
  struct Counting final : ForwardingSource {
    using ForwardingSource::ForwardingSource;
    std::vector<Referrer> referrers(const Digest& subject) override {
      ++asked;
      return ForwardingSource::referrers(subject);
    }
    int asked = 0;
  };
  const Team team;
  Place place;
  const RawManifest image = place.add();
  const auto source = place.destination.as_source();
  Counting counting(*source);
  ImageFacts facts(counting, image, plain_subject("docker"));
  const LadePolicy policy =
      team.policy(std::string(signed_by_team) +
                  "[[default.attestation]]\ntype = \"vuln\"\nsigners = [\"team\"]\n"
                  "[[default.scan]]\nsigners = [\"team\"]\nmax_critical = 0\n");
  CHECK_FALSE(judge(policy, facts, {.now = now}).allowed);
  CHECK(counting.asked == 1);
  ImageFacts free(counting, image, plain_subject("docker"));
  CHECK(judge(team.policy("[default]\nverdict = \"allow\"\n"), free, {.now = now}).allowed);
  CHECK(counting.asked == 1);
}

RawManifest index_of(Place& place, const std::vector<RawManifest>& images) {
  const std::string type = "application/vnd.oci.image.index.v1+json";
  Json json{{"schemaVersion", 2}, {"mediaType", type}, {"manifests", Json::array()}};
  for (const RawManifest& image : images) {
    json["manifests"].push_back(Json{{"mediaType", image.media_type},
                                     {"digest", image.digest.str()},
                                     {"size", image.bytes.size()}});
  }
  const std::string bytes = to_compact(json);
  RawManifest top{bytes, type, digest_of(bytes)};
  place.destination.put_manifest(top);
  place.destination.commit(top);
  return top;
}

/// An index of two images.
struct IndexPlace : Place {
  RawManifest one = add({.annotations = {{"number", "1"}}});
  RawManifest two = add({.annotations = {{"number", "2"}}});
  RawManifest index = index_of(*this, {one, two});
};

TEST_CASE("an index holds by its own signature, or by those of all its images") {
  Team team;
  IndexPlace place;
  const LadePolicy policy = team.policy(signed_by_team);
  CHECK_FALSE(place.judge(policy, place.index).allowed);
  SECTION("its own") {
    place.sign(place.index, team.key);
    CHECK(place.judge(policy, place.index).allowed);
    CHECK_FALSE(place.judge(policy, place.one).allowed);
  }
  SECTION("its images'") {
    place.sign(place.one, team.key);
    CHECK_FALSE(place.judge(policy, place.index).allowed);
    place.sign(place.two, team.key);
    CHECK(place.judge(policy, place.index).allowed);
  }
}

TEST_CASE("what an index lists a thousand times is read once") {
  struct Counting final : ForwardingSource {
    using ForwardingSource::ForwardingSource;
    RawManifest manifest(const Descriptor& descriptor) override {
      ++read;
      return ForwardingSource::manifest(descriptor);
    }
    int read = 0;
  };
  IndexPlace place;
  const Json entry{{"mediaType", place.index.media_type},
                   {"digest", place.index.digest.str()},
                   {"size", place.index.bytes.size()}};
  const std::string bytes =
      to_compact(Json{{"schemaVersion", 2},
                      {"mediaType", place.index.media_type},
                      {"manifests", Json::array({entry, entry, entry, entry})}});
  const RawManifest outer{bytes, place.index.media_type, digest_of(bytes)};
  const auto source = place.destination.as_source();
  Counting counting(*source);
  ImageFacts facts(counting, outer, plain_subject("docker"));
  CHECK(facts.images().size() == 2);
  CHECK(counting.read == 3);
}

TEST_CASE("of an index the image that is used has to hold, or the index") {
  Team team;
  IndexPlace place;
  const LadePolicy policy = team.policy(signed_by_team);
  const auto allows = [&](const RawManifest& used) {
    const auto source = place.destination.as_source();
    ImageFacts facts(*source, place.index, plain_subject("docker"), used);
    return judge(policy, facts, {.now = now}).allowed;
  };
  CHECK_FALSE(allows(place.one));
  place.sign(place.one, team.key);
  CHECK(allows(place.one));
  CHECK_FALSE(allows(place.two));
  place.sign(place.index, team.key);
  CHECK(allows(place.two));
}

TestImage made_on(const std::string& name, const RawManifest& base) {
  return {.annotations = {{"org.opencontainers.image.base.name", name},
                          {"org.opencontainers.image.base.digest", base.digest.str()}}};
}

constexpr const char* hierarchy =
    "[default]\n[default.bases]\nsigners = [\"team\"]\n"
    "[[default.bases.level]]\nimages = [\"a.io/runtime\"]\n"
    "[[default.bases.level]]\nimages = [\"docker.io/library/debian\"]\n";

TEST_CASE("a base that its signer does not vouch for is not believed about its own base") {
  Team team;
  Place place;
  const RawManifest debian = place.add();
  const RawManifest runtime = place.add(made_on("docker.io/library/debian:12", debian));
  const RawManifest app = place.add(made_on("a.io/runtime:1", runtime));
  const LadePolicy policy = team.policy(hierarchy);
  std::vector<std::string> asked;
  const auto reason = [&](const RawManifest& found) {
    const ImageJudgement judgement =
        place.judge(policy, app, [&](const BaseImage& base, bool store, bool registry) {
          asked.push_back(base.name);
          CHECK(store);
          CHECK_FALSE(registry);
          place.destination.commit(found);
          return place.destination.as_source();
        });
    return judgement.requirements.at(0).reason;
  };
  CHECK(reason(runtime) == "nobody who is believed tells its base: there is no signature");
  CHECK(asked.empty());
  place.sign(app, team.key);
  CHECK(reason(runtime) == "a.io/runtime:1 (" + runtime.digest.str() +
                               "): nobody who is believed tells its base: there is no signature");
  place.sign(runtime, team.key);
  CHECK(reason(runtime) == "it is made on a.io/runtime:1 (" + runtime.digest.str() +
                               "), on docker.io/library/debian:12 (" + debian.digest.str() + ")");
  CHECK(asked == std::vector<std::string>{"a.io/runtime:1", "a.io/runtime:1"});
  CHECK(reason(debian) == "the base a.io/runtime:1 (" + runtime.digest.str() + ") was found as " +
                              debian.digest.str());
}

TEST_CASE("a base that cannot be looked at, or has no digest, is no reason to allow") {
  Team team;
  Place place;
  const LadePolicy policy = team.policy(hierarchy);
  const RawManifest base = place.add();
  const auto judged = [&](const TestImage& options, const BaseFinder& find_base) {
    const RawManifest app = place.add(options);
    place.sign(app, team.key);
    return place.judge(policy, app, find_base).requirements.at(0);
  };
  const auto nowhere = [](const BaseImage&, bool, bool) -> std::unique_ptr<ImageSource> {
    fail(ErrorKind::unavailable, "the registry does not answer");
  };
  const auto silent = judged(made_on("a.io/runtime:1", base), nowhere);
  CHECK(silent.verdict == Verdict::unreachable);
  CHECK(silent.reason.ends_with("cannot be looked at: the registry does not answer"));
  CHECK(judged(made_on("a.io/runtime:1", base), {}).verdict == Verdict::absent);
  CHECK(judged({.annotations = {{"org.opencontainers.image.base.name", "a.io/runtime:1"}}}, nowhere)
            .reason ==
        "the base a.io/runtime:1 is told without digest, so that its own base "
        "cannot be looked for");
  CHECK(judged({}, nowhere).reason == "neither annotations nor a provenance tell its base");
  CHECK(judged({.annotations = {{"org.opencontainers.image.base.digest", "sha256:1"}}}, nowhere)
            .verdict == Verdict::untrusted);
}

/// A provenance that has these images for dependencies, as name and digest.
Json provenance_of(const std::vector<std::pair<std::string, Digest>>& images) {
  Json dependencies = Json::array();
  for (const auto& [name, digest] : images) {
    dependencies.push_back(Json{{"uri", name}, {"digest", {{"sha256", digest.hex()}}}});
  }
  return {{"buildDefinition", {{"resolvedDependencies", std::move(dependencies)}}}};
}

TEST_CASE("where a provenance counts it says what the base is called") {
  const char* type = "https://slsa.dev/provenance/v1";
  Team team;
  const LadePolicy policy = team.policy(
      "[default]\n[default.bases]\nsigners = [\"team\"]\n"
      "[[default.bases.level]]\nimages = [\"a.io/good\", \"scratch\"]\n");
  Place place;
  const RawManifest base = place.add();
  const RawManifest tool = place.add({.annotations = {{"which", "tool"}}});
  const auto reason = [&](const TestImage& options, const Json& provenance) {
    const RawManifest app = place.add(options);
    place.attest(app, team.key, type, provenance);
    return place.judge(policy, app).requirements.at(0).reason;
  };
  const std::string tagged = " (" + base.digest.str() + ")";
  const auto named = [](const std::string& name, const std::string& number) -> TestImage {
    return {.annotations = {{"org.opencontainers.image.base.name", name}, {"number", number}}};
  };
  // the annotation lies about the name
  CHECK(reason(made_on("a.io/good:1", base), provenance_of({{"a.io/bad:1", base.digest}})) ==
        "the base a.io/bad:1" + tagged + " is none of level 1: a.io/good, scratch");
  CHECK(reason(made_on("a.io/bad:1", base), provenance_of({{"a.io/good:1", base.digest}})) ==
        "it is made on a.io/good:1" + tagged);
  // it names no digest
  CHECK(reason(named("a.io/good:1", "1"), provenance_of({{"a.io/bad:1", base.digest}})) ==
        "the base a.io/bad:1" + tagged + " is none of level 1: a.io/good, scratch");
  CHECK(reason(named("scratch", "2"), provenance_of({{"a.io/bad:1", base.digest}}))
            .starts_with("the base a.io/bad:1"));
  CHECK(reason(named("a.io/good:1", "3"), provenance_of({})) ==
        "its annotations name the base a.io/good:1, which its provenance lacks");
  CHECK(reason(named("scratch", "4"), provenance_of({})) == "it is made on scratch");
  // it tells which of several became the base
  CHECK(reason(made_on("", base),
               provenance_of({{"a.io/tool:1", tool.digest}, {"a.io/good:1", base.digest}})) ==
        "it is made on a.io/good:1" + tagged);
}

TEST_CASE("a base that several images have is looked at once, and objections name whose they are") {
  Team team;
  Place place;
  const LadePolicy policy = team.policy(hierarchy);
  const RawManifest debian = place.add();
  const RawManifest runtime = place.add({.annotations = {{"number", "3"}}});
  const auto made = [&](const std::string& number) {
    TestImage image = made_on("a.io/runtime:1", runtime);
    image.annotations["number"] = number;
    return place.add(image);
  };
  const RawManifest index = index_of(place, {made("1"), made("2")});
  place.sign(index, team.key);
  for (const RawManifest& image : {made("1"), made("2")}) place.sign(image, team.key);
  int asked = 0;
  const auto reason = [&](const std::string& second) {
    place.attest(
        runtime, team.key, "https://slsa.dev/provenance/v1",
        provenance_of({{"docker.io/library/debian:12", debian.digest}, {second, debian.digest}}));
    asked = 0;
    return place
        .judge(policy, index,
               [&](const BaseImage&, bool, bool) {
                 ++asked;
                 place.destination.commit(runtime);
                 return place.destination.as_source();
               })
        .requirements.at(0)
        .reason;
  };
  CHECK(reason("docker.io/library/debian:12").starts_with("it is made on a.io/runtime:1 "));
  CHECK(asked == 1);
  CHECK(reason("a.io/evil:1")
            .starts_with("a.io/runtime:1 (" + runtime.digest.str() + "): the base a.io/evil:1 "));
}

constexpr const char* scan_type = "https://cosign.sigstore.dev/attestation/vuln/v1";

/// A report of a day of January with findings of one severity.
Json report_of(int day, const std::vector<std::string>& ids) {
  Json matches = Json::array();
  for (const std::string& id : ids) {
    matches.push_back(Json{{"vulnerability", {{"id", id}, {"severity", "Critical"}}}});
  }
  return {{"scanner", {{"uri", "grype"}, {"result", {{"matches", std::move(matches)}}}}},
          {"metadata", {{"scanFinishedOn", fmt::format("2026-01-{:02}T00:00:00Z", day)}}}};
}

constexpr const char* scanned_by_team =
    "[default]\n[[default.scan]]\nsigners = [\"team\"]\nmax_critical = 0\n";

TEST_CASE("the newest report of a party counts, whichever of its keys it is by") {
  Team team;
  PrivateKey other = PrivateKey::generate(KeyKind::ecdsa_p256);
  const LadePolicy policy = parse_lade_policy(
      std::string("version = 1\n[signers.team]\nkeys = [\"team.pub\", \"other.pub\"]\n") +
          scanned_by_team,
      "policy.toml", [&](const std::string& path) {
        return (path == "other.pub" ? other : team.key).public_key().pem();
      });
  Place place;
  const RawManifest image = place.add();
  place.attest(image, team.key, scan_type, report_of(1, {}));
  CHECK(place.judge(policy, image).allowed);
  place.attest(image, other, scan_type, report_of(2, {"CVE-1"}));
  CHECK_FALSE(place.judge(policy, image).allowed);
  place.attest(image, other, scan_type, report_of(3, {}));
  CHECK(place.judge(policy, image).allowed);
}

TEST_CASE("waivers of findings are told where a report has those") {
  Team team;
  Place place;
  const RawManifest image = place.add();
  const std::string waiver =
      "[[waiver]]\nrule = \"default\"\nrequirement = \"scan\"\nreason = \"r\"\n"
      "by = \"me\"\nexpires = 2999-01-01\nfindings = ";
  const LadePolicy policy = team.policy(std::string(scanned_by_team) + waiver + "[\"CVE-1\"]\n" +
                                        waiver + "[\"CVE-2\"]\n");
  place.attest(image, team.key, scan_type, report_of(1, {"CVE-2"}));
  const ImageJudgement judgement = place.judge(policy, image);
  CHECK(judgement.allowed);
  const RequirementJudgement& scan = judgement.requirements.at(0);
  CHECK(scan.holds());
  REQUIRE(scan.finding_waivers.size() == 1);
  CHECK(scan.finding_waivers[0].findings == std::vector<std::string>{"CVE-2"});
}

TEST_CASE("a report of an index is one of each of its images") {
  Team team;
  IndexPlace place;
  const LadePolicy policy = team.policy(scanned_by_team);
  const auto allows = [&](const RawManifest& used) {
    const auto source = place.destination.as_source();
    ImageFacts facts(*source, place.index, plain_subject("docker"), used);
    return judge(policy, facts, {.now = now}).allowed;
  };
  place.attest(place.index, team.key, scan_type, report_of(1, {}));
  CHECK(place.judge(policy, place.index).allowed);
  place.attest(place.one, team.key, scan_type, report_of(2, {"CVE-1"}));
  CHECK_FALSE(allows(place.one));
  CHECK(allows(place.two));
  CHECK_FALSE(place.judge(policy, place.index).allowed);
  place.attest(place.index, team.key, scan_type, report_of(3, {}));
  CHECK(allows(place.one));
  CHECK(place.judge(policy, place.index).allowed);
}

TEST_CASE("of several waivers one that has not expired is enough, and the others are told") {
  const Team team;
  Place place;
  const RawManifest image = place.add();
  const std::string waiver =
      "[[waiver]]\nrule = \"default\"\nreason = \"r\"\nby = \"me\"\nexpires = ";
  const std::string none = std::string(signed_by_team) + waiver + "2020-01-01\n";
  const ImageJudgement refused = place.judge(team.policy(none), image);
  CHECK_FALSE(refused.allowed);
  CHECK(refused.notes ==
        std::vector<std::string>{"policy.toml:7: the waiver of signature has expired: by me until "
                                 "2020-01-01T00:00:00Z: r"});
  const ImageJudgement allowed = place.judge(team.policy(none + waiver + "2999-01-01\n"), image);
  CHECK(allowed.allowed);
  CHECK_FALSE(allowed.requirements[0].holds());
  CHECK(allowed.requirements[0].waiver->line == 12);
  const std::string elsewhere = none + waiver + "2999-01-01\nscope = \"b.io\"\n";
  CHECK_FALSE(place.judge(team.policy(elsewhere), image).allowed);
  const std::string here = none + waiver + "2999-01-01\nscope = \"a.io/app\"\n";
  CHECK(place.judge(team.policy(here), image).allowed);
}

}  // namespace
}  // namespace lade::signing
