#include "tests/sbom/audit/audit_fixture.h"

namespace lade::sbom {
namespace {

const std::string prefix = "org.opencontainers.image.";
const std::string digest_text = "sha256:" + std::string(64, 'c');

TEST_CASE("values of the specification's keys are held to their form") {
  struct Row {
    const char* key;
    const char* value;
    const char* flaw;  ///< null: none
  };
  const Row rows[] = {
      {"created", "2026-01-02T03:04:05Z", nullptr},
      {"created", "yesterday", "is no RFC 3339 time"},
      {"created", "", "is empty"},
      {"source", "https://git.example/x", nullptr},
      {"source", "git@git.example/x y", "is no URL"},
      {"source", "the repository", "is no URL"},
      {"licenses", "MIT OR (Apache-2.0 AND BSD-3-Clause)", nullptr},
      {"licenses", "MIT/X11, mostly", "is no SPDX expression"},
      {"version", "1.2.3", nullptr},
      {"version", "one two", "has a space in it"},
      {"revision", "a b", "has a space in it"},
      {"base.digest", "sha256:12", "is no digest"},
      {"title", "Anything at all", nullptr},
  };
  for (const Row& row : rows) {
    AuditImage image;
    image.run().labels[prefix + row.key] = row.value;
    image.run().labels["com.example.created"] = "not ours";
    CAPTURE(row.key, row.value);
    const AuditResult result = image.look("label-malformed");
    CHECK(result.count == (row.flaw == nullptr ? 0 : 1));
    if (row.flaw == nullptr) continue;
    CHECK_THAT(result.findings.at(0).detail, Catch::Contains(row.flaw));
    CHECK(result.findings.at(0).place == "label " + prefix + row.key);
  }
}

TEST_CASE("hostile labels are found and cut short") {
  AuditImage image;
  image.run().labels["a"] = "\x1b]0;owned\x07";
  image.run().labels["b"] = std::string(1U << 20U, 'x');
  image.run().labels["c\x1b[31m"] = "plain";
  image.run().labels["d"] = "several\nlines\tare fine, ünïcode too";
  image.image().manifest.annotations[prefix + "title"] = std::string(1U << 20U, '\x1b');
  CHECK(image.look("label-unsafe").count == 4);
  for (const AuditFinding& finding : image.look("label-unsafe").findings) {
    CHECK(finding.detail.size() < 1000);
  }
}

TEST_CASE("labels that the profile requires may be annotations") {
  AuditImage image;
  image.run().labels["a"] = "1";
  image.image().manifest.annotations["b"] = "2";
  CHECK(image.lines("label-required", {.labels = {"a", "b", "c"}}) ==
        Lines{"c: is neither annotation nor label"});
  CHECK(image.look("label-required").reason == "the profile requires none");
}

TEST_CASE("label and annotation agree, or not") {
  AuditImage image;
  image.run().labels = {{prefix + "version", "1"}, {prefix + "title", "t"}, {"x", "1"}};
  image.image().manifest.annotations = {
      {prefix + "version", "2"}, {prefix + "title", "t"}, {"x", "2"}};
  CHECK(image.lines("label-disagrees") ==
        Lines{prefix + "version: the annotation says \"2\", the label \"1\""});
}

TEST_CASE("what the base says of itself is found if the base is known") {
  AuditImage image;
  image.run().labels = {{prefix + "version", "12"}, {prefix + "vendor", "v"}, {"own", "1"}};
  CHECK(image.look("label-inherited").reason == "the base is not known");
  ImageConfig base;
  base.config.labels = image.run().labels;
  image.subject().base.config = base;
  CHECK(image.lines("label-inherited") ==
        Lines{"label " + prefix + "version: \"12\" is what the base says of itself"});
}

TEST_CASE("a base is true if its layers are the lowest") {
  AuditImage image;
  image.layer(TarBuilder{}.file("a", "x")).layer(TarBuilder{}.file("b", "x"));
  AuditBase& base = image.subject().base;
  CHECK(image.look("base-untrue").reason == "the image does not say what it is built on");
  base = {.name = "docker.io/library/debian:12", .digest = digest_text, .problem = "out of reach"};
  CHECK(image.look("base-untrue").reason == "out of reach");
  base.config = ImageConfig{};
  base.config->diff_ids = {image.config().diff_ids[0]};
  CHECK(image.look("base-untrue").state == AuditState::pass);
  base.config->diff_ids = {image.config().diff_ids[0], Digest::parse(digest_text)};
  CHECK(image.lines("base-untrue") == Lines{"base: docker.io/library/debian:12@" + digest_text +
                                            " has 2 layers, of which the image has the lowest 1"});
  base.config->diff_ids = {image.config().diff_ids[0], image.config().diff_ids[1],
                           Digest::parse(digest_text)};
  CHECK(image.look("base-untrue").count == 1);
}

TEST_CASE("bases are approved by name, wildcard or digest") {
  AuditImage image;
  image.subject().base = {.name = "docker.io/library/debian:12", .digest = digest_text};
  for (const std::string& wanted :
       {digest_text, std::string("docker.io/library/debian:12"), std::string("docker.io/library/*"),
        std::string("debian:12"), std::string("docker.io/**")}) {
    CAPTURE(wanted);
    CHECK(image.look("base-unapproved", {.bases = {wanted}}).state == AuditState::pass);
  }
  for (const char* wanted : {"docker.io/library/alpine:3", "docker.io/*", "debian:11", "?"}) {
    CAPTURE(wanted);
    CHECK(image.look("base-unapproved", {.bases = {wanted}}).count == 1);
  }
  CHECK(image.look("base-unapproved").reason == "the profile approves of every base");
  image.subject().base = {};
  CHECK(image.look("base-unapproved", {.bases = {"*"}}).count == 1);
}

TEST_CASE("a base is named exactly, or not") {
  struct Row {
    std::string name;
    bool is_found;
  };
  for (const Row& row : {Row{"debian:latest", true}, Row{"debian", true}, Row{"debian:12", false},
                         Row{"debian@" + digest_text, false}, Row{"No Name", true}}) {
    AuditImage image;
    image.subject().base.name = row.name;
    CAPTURE(row.name);
    CHECK(image.look("base-unpinned").count == (row.is_found ? 1 : 0));
  }
}

TEST_CASE("dates are sane, or none") {
  struct Row {
    std::optional<std::int64_t> created;
    const char* found_by;  ///< null: nothing
  };
  const std::int64_t now = audit_now.seconds;
  const Row rows[] = {{now, nullptr},
                      {now + 3600, nullptr},
                      {now + 3 * 86'400, "date-future"},
                      {0, nullptr},
                      {315'532'800, nullptr},
                      {1'000'000'000, "date-implausible"},
                      {now - 400 * std::int64_t{86'400}, "date-old"},
                      {-62'135'596'800, nullptr},
                      {std::nullopt, nullptr}};
  for (const Row& row : rows) {
    AuditImage image;
    image.config().created.reset();
    if (row.created) image.config().created = Timestamp{*row.created, 0};
    CAPTURE(row.created.value_or(-1));
    for (const char* check : {"date-future", "date-implausible", "date-old"}) {
      CAPTURE(check);
      const bool wanted = row.found_by != nullptr && std::string(check) == row.found_by;
      // what is absurdly old is old as well
      if (std::string(check) == "date-old" && row.created == 1'000'000'000) continue;
      CHECK(image.look(check).count == (wanted ? 1 : 0));
    }
  }
}

TEST_CASE("what is attached counts if nobody refused it") {
  using Kind = AuditAttachment::Kind;
  using Standing = AuditAttachment::Standing;
  AuditImage image;
  CHECK(image.look("sbom-missing").reason == "what is attached was not asked for");
  image.subject().attachments_problem = "the registry does not answer";
  CHECK(image.look("sbom-missing").reason == "the registry does not answer");
  image.subject().attachments.emplace();
  CHECK(image.lines("sbom-missing") == Lines{"attachments: there is no SBOM"});
  CHECK(image.lines("signature-missing") == Lines{"attachments: there is no signature"});
  CHECK(image.lines("provenance-missing") == Lines{"attachments: there is no provenance"});
  const Timestamp long_ago{audit_now.seconds - 60 * std::int64_t{86'400}, 0};
  image.subject().attachments->found = {
      {.kind = Kind::sbom,
       .place = "s",
       .type = "spdx",
       .time = long_ago,
       .standing = Standing::not_signed},
      {.kind = Kind::signature, .place = "k", .standing = Standing::refused, .reason = "bad key"},
      {.kind = Kind::vulnerabilities, .place = "v", .time = long_ago}};
  image.subject().attachments->misfits = {"sha256:ab: it is about something else"};
  CHECK(image.look("sbom-missing").state == AuditState::pass);
  CHECK(image.look("signature-missing").count == 1);
  CHECK(image.lines("signature-refused") == Lines{"k: bad key"});
  CHECK(image.lines("attachment-unsigned") == Lines{"s: spdx is not signed"});
  CHECK(image.lines("attachment-misfit") ==
        Lines{"attachments: sha256:ab: it is about something else"});
  CHECK(image.lines("attachment-stale", {.attachment_age_days = 30}) ==
        Lines{"s: made on 2026-11-16T08:00:00Z, before the image was",
              "v: the report is 60 days old; at most 30 are wanted"});
}

}  // namespace
}  // namespace lade::sbom
