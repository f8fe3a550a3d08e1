#include <set>

#include "sbom/audit/audit_profile.h"
#include "tests/sbom/audit/audit_fixture.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

AuditProfile parse(const std::string& text) {
  return parse_audit_profile("schema_version = 1\n" + text, "p.toml",
                             [](const std::string& path) -> std::string {
                               if (path == "base.toml") {
                                 return "schema_version = 1\nextends = \"cis\"\nmax_layers = 7\n";
                               }
                               if (path == "ring.toml") {
                                 return "schema_version = 1\nextends = \"ring.toml\"\n";
                               }
                               fail(ErrorKind::not_found, "no {}", path);
                             });
}

TEST_CASE("ids of checks are unique words, and every check says what to do") {
  std::set<std::string_view> ids;
  for (const AuditCheck& check : audit_checks()) {
    CAPTURE(check.id);
    CHECK(ids.insert(check.id).second);
    CHECK(check.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK_FALSE(check.title.empty());
    CHECK_FALSE(check.remedy.empty());
    CHECK(check.run != nullptr);
    CHECK(find_audit_check(check.id) == &check);
  }
}

TEST_CASE("the built-in profiles are there, and ask for what they are for") {
  for (const std::string_view name : builtin_audit_profiles()) {
    CAPTURE(name);
    const auto profile = find_audit_profile(name);
    REQUIRE(profile);
    CHECK(profile->name == name);
    CHECK(profile->has("user-root"));
    CHECK(profile->needs(AuditInput::files));
  }
  CHECK_FALSE(find_audit_profile("lax"));
  CHECK_FALSE(find_audit_profile("ci")->needs(AuditInput::attachments));
  CHECK_FALSE(find_audit_profile("cis")->has("layer-empty"));
  CHECK(find_audit_profile("strict")->checks.size() == audit_checks().size());
  CHECK(find_audit_profile("strict")->checks.at("sbom-missing") == AuditSeverity::high);
}

TEST_CASE("a profile changes what it extends") {
  const AuditProfile profile = parse(R"(
name = "house"
extends = "ci"
fail_on = "low"
max_size_bytes = 5
max_layers = 6
max_age_days = 0
max_report_age_days = 9
required_labels = ["a", "b"]
approved_bases = ["docker.io/library/*"]
[check.user-root]
severity = "low"
[check.user-empty-password]
enabled = false
[check.sbom-missing]
enabled = true
[[exception]]
check = "file-setuid"
path = "usr/**"
reason = "needed"
expires = 2027-01-01
)");
  CHECK(profile.name == "house");
  CHECK(profile.fail_on == AuditSeverity::low);
  CHECK(profile.limits.size_bytes == 5);
  CHECK(profile.limits.layers == 6);
  CHECK(profile.limits.age_days == 0);
  CHECK(profile.limits.attachment_age_days == 9);
  CHECK(profile.limits.labels == Lines{"a", "b"});
  CHECK(profile.limits.bases == Lines{"docker.io/library/*"});
  CHECK(profile.checks.at("user-root") == AuditSeverity::low);
  CHECK_FALSE(profile.has("user-empty-password"));
  CHECK(profile.checks.at("sbom-missing") == AuditSeverity::low);
  CHECK_FALSE(profile.has("provenance-missing"));
  REQUIRE(profile.exceptions.size() == 1);
  CHECK(profile.exceptions[0].origin == "p.toml:18");
}

TEST_CASE("a profile extends another file, default by itself, and no ring") {
  CHECK(parse("extends = \"base.toml\"\n").limits.layers == 7);
  CHECK(parse("").has("sbom-missing"));
  CHECK_FALSE(parse("fail_on = \"none\"\n").fail_on);
  CHECK(error_of(ErrorKind::invalid, [] { parse("extends = \"ring.toml\"\n"); }) ==
        "ring.toml:2: extends: more than 8 files extend each other");
}

TEST_CASE("errors of profiles name line, key, wanted and got") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"fail_on = \"hihg\"",
       "p.toml:2: fail_on: wanted info, low, medium, high or critical, got "
       "\"hihg\""},
      {"max_layer = 3", "max_layer"},
      {"max_layers = -1", "p.toml:2: max_layers: wanted 0 (no limit) or more, got -1"},
      {"max_layers = \"3\"", "p.toml:2: max_layers"},
      {"extends = \"lax\"",
       "p.toml:2: extends: wanted default, ci, cis, strict or a .toml file, got \"lax\""},
      {"required_labels = [\"\"]", "required_labels: wanted a text, got an empty one"},
      {"[check.user-rot]\n", "did you mean \"user-root\"?"},
      {"[check.user-root]\nseverity = \"bad\"", "p.toml:3: check.user-root.severity"},
      {"[check.user-root]\nlevel = \"low\"", "level"},
      {"[[exception]]\ncheck = \"user-root\"", "reason: wanted a text, got nothing"},
      {"[[exception]]\nreason = \"x\"", "check: wanted a text, got nothing"},
      {"[[exception]]\ncheck = \"nothing\"\nreason = \"x\"",
       "p.toml:3: exception.check: wanted a check"},
      {"[[exception]]\ncheck = \"user-root\"\nreason = \"x\"\nexpires = \"soon\"", "expires"},
      {"= 3", "p.toml:2"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { parse(row.text); }),
               Catch::Contains(row.message));
  }
  CHECK_THAT(error_of(ErrorKind::invalid,
                      [] { parse_audit_profile("schema_version = 2\n", "p.toml", {}); }),
             Catch::Contains("p.toml:1: schema_version: wanted 1, got 2"));
  CHECK_THAT(error_of(ErrorKind::invalid, [] { parse_audit_profile("", "p.toml", {}); }),
             Catch::Contains("schema_version: wanted 1, got nothing"));
}

TEST_CASE("exceptions accept what they name until they expire") {
  AuditImage image;
  image.layer(TarBuilder{}.file("app/a", "x", 0666).file("b", "x", 0666));
  AuditProfile profile{.name = "test"};
  profile.checks.emplace("file-world-writable", AuditSeverity::high);
  profile.exceptions.push_back({.check = "file-world-writable",
                                .path = PathGlob::parse("app/*"),
                                .reason = "a pipe",
                                .expires = Timestamp{audit_now.seconds + 1, 0},
                                .origin = "p.toml:3"});
  AuditReport report = image.look(profile);
  CHECK(report.results[0].count == 1);
  CHECK(report.results[0].findings[0].accepted == "a pipe");
  CHECK(report.is_over_bar());
  CHECK(report.remarks.empty());
  profile.exceptions[0].path.reset();
  report = image.look(profile);
  CHECK(report.results[0].state == AuditState::accepted);
  CHECK_FALSE(report.is_over_bar());
  profile.exceptions[0].expires = audit_now;
  report = image.look(profile);
  CHECK(report.results[0].count == 2);
  CHECK(report.remarks ==
        Lines{"p.toml:3: the exception for file-world-writable expired on 2027-01-15T08:00:00Z"});
}

TEST_CASE("findings below the bar warn, and the worst come first") {
  AuditImage image;
  image.layer(TarBuilder{}.file("a", "x", 0666));
  image.run().user = "root";
  AuditProfile profile{.name = "test"};
  profile.checks.emplace("file-world-writable", AuditSeverity::medium);
  profile.checks.emplace("user-root", AuditSeverity::critical);
  profile.checks.emplace("date-old", AuditSeverity::low);
  const AuditReport report = image.look(profile);
  REQUIRE(report.results.size() == 3);
  CHECK(report.results[0].check->id == "user-root");
  CHECK(report.results[0].state == AuditState::fail);
  CHECK(report.results[1].state == AuditState::warn);
  CHECK(report.results[2].state == AuditState::pass);
  CHECK(report.checks_by_severity[static_cast<std::size_t>(AuditSeverity::medium)] == 1);
}

TEST_CASE("wildcards of paths match whole paths, slashes only by two stars") {
  struct Row {
    const char* glob;
    const char* path;
    bool matches;
  };
  const Row rows[] = {{"usr/bin/*", "usr/bin/su", true},
                      {"usr/*", "usr/bin/su", false},
                      {"usr/**", "usr/bin/su", true},
                      {"**/su", "usr/bin/su", true},
                      {"a?c", "abc", true},
                      {"a?c", "a/c", false},
                      {"a.c", "abc", false},
                      {"a[b]", "a[b]", true},
                      {"a", "ab", false},
                      {"a\nb", "a\nb", true},
                      {"*", "a\nb", true}};
  for (const Row& row : rows) {
    CAPTURE(row.glob, row.path);
    CHECK(PathGlob::parse(row.glob).matches(row.path) == row.matches);
  }
}

}  // namespace
}  // namespace lade::sbom
