#include "sbom/triage/ignore_rules.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade::sbom {
namespace {

Inventory two_packages() {
  return {.packages = {{.type = PackageType::npm,
                        .name_space = "@a",
                        .name = "b",
                        .version = "1.2.0",
                        .locations = {{.path = "srv/app/node_modules/b/package.json"}},
                        .purl = "pkg:npm/%40a/b@1.2.0"},
                       {.type = PackageType::deb,
                        .name = "zlib1g",
                        .version = "1:1.2",
                        .purl = "pkg:deb/debian/zlib1g@1:1.2?arch=amd64"}}};
}

std::vector<IgnoreRule> rules_of(const std::string& rules) {
  return read_ignore_rules("schema_version = 1\n" + rules, "a.toml");
}

/// What suppresses the finding of either package.
std::vector<std::string> ignored(const std::vector<IgnoreRule>& rules,
                                 IgnoreReport* told = nullptr) {
  Matches matches;
  matches.findings = {{.package = 0, .id = "CVE-2024-1", .aliases = {"GHSA-1"}},
                      {.package = 1, .id = "CVE-2024-2", .fixed_in = {"2"}}};
  const IgnoreReport report =
      apply_ignores(matches, two_packages(), rules, *parse_rfc3339("2024-06-01T12:00:00Z"));
  if (told != nullptr) *told = report;
  return {matches.findings[0].suppressed, matches.findings[1].suppressed};
}

std::string refusal_of(const std::string& text, const std::string& path = "a.toml") {
  try {
    read_ignore_rules(text, path);
    return "";
  } catch (const Error& error) {
    return std::string(to_string(error.kind())) + ": " + error.what();
  }
}

TEST_CASE("a finding is ignored if it is all that a rule says") {
  struct Row {
    std::string rule;
    bool first;
    bool second;
  };
  for (const Row& row :
       {Row{R"(id = "CVE-2024-1")", true, false}, Row{R"(id = "GHSA-1")", true, false},
        Row{R"(id = ["CVE-2024-2", "x"])", false, true}, Row{R"(id = "CVE-2024-*")", true, true},
        Row{R"(id = "CVE-2024")", false, false}, Row{R"(package = "pkg:npm/%40a/b")", true, false},
        Row{R"(package = "pkg:npm/%40a/b@1.*")", true, false},
        Row{R"(package = "pkg:npm/%40a/b@2.*")", false, false},
        Row{R"(package = "pkg:deb/*")", false, true},
        Row{R"(package = "pkg:deb/debian/zlib1g@1:1.2?arch=amd64")", false, true},
        Row{R"(path = "/srv/app/*")", true, false}, Row{R"(path = "srv/*/b/*.json")", true, false},
        Row{R"(path = "srv")", false, false},
        Row{"id = \"CVE-2024-1\"\npackage = \"pkg:deb/*\"", false, false},
        Row{"id = \"CVE-2024-*\"\nuntil_fixed = true", true, false}}) {
    CAPTURE(row.rule);
    const auto by =
        ignored(rules_of("[[ignore]]\n" + row.rule + "\nreason = \"r\"\nexpires = \"never\"\n"));
    CHECK(!by[0].empty() == row.first);
    CHECK(!by[1].empty() == row.second);
  }
}

TEST_CASE("rules that are over, or of nothing, are told") {
  IgnoreReport told;
  const auto by = ignored(rules_of(R"(
[[ignore]]
id = "CVE-2024-1"
reason = "not reachable"
expires = 2024-06-02

[[ignore]]
id = "CVE-2024-2"
reason = "old"
expires = "2024-06-01"

[[ignore]]
package = "pkg:npm/none"
reason = "none"
expires = "never"
)"),
                          &told);
  CHECK(by[0] == "not reachable (a.toml:3)");
  CHECK(by[1].empty());
  CHECK(told.suppressed == 1);
  CHECK(told.expired ==
        std::vector<std::string>{"a.toml:8: the rule for CVE-2024-2 expired on 2024-06-01"});
  CHECK(told.unused ==
        std::vector<std::string>{"a.toml:13: the rule for pkg:npm/none is of no finding"});
}

TEST_CASE("a rule without reason or end is refused by file and line") {
  CHECK(refusal_of("").find("schema_version") != std::string::npos);
  CHECK(refusal_of("schema_version = 2").find("wanted 1, got 2") != std::string::npos);
  const auto refused = [](const std::string& rule) {
    return refusal_of("schema_version = 1\n[[ignore]]\n" + rule);
  };
  CHECK(refused("id = \"x\"\nexpires = \"never\"").find("reason: is missing") != std::string::npos);
  CHECK(refused("id = \"x\"\nreason = \"r\"").find("a date, or \"never\"") != std::string::npos);
  CHECK(refused("id = \"x\"\nreason = \"r\"\nexpires = \"soon\"").find("got soon") !=
        std::string::npos);
  CHECK(refused("id = []\npackage = \"p\"\nreason = \"r\"\nexpires = \"never\"")
            .find("id: is an empty list") != std::string::npos);
  CHECK(refused("reason = \"r\"\nexpires = \"never\"").find("wanted one of id, package") !=
        std::string::npos);
  CHECK(refused("ids = \"x\"\nreason = \"r\"\nexpires = \"never\"").find("ids") !=
        std::string::npos);
  CHECK(refused("id = [").starts_with("invalid: a.toml"));
}

TEST_CASE("Trivy's list of ids is read, with its dates and comments") {
  const auto rules = read_ignore_rules(
      "# accepted\nCVE-2024-1\n\nCVE-2024-2 exp:2024-05-01 # later\r\nCVE-3\n", "x/.trivyignore");
  REQUIRE(rules.size() == 3);
  IgnoreReport told;
  CHECK(ignored(rules, &told)[0] == "accepted (x/.trivyignore:2)");
  CHECK(told.expired.size() == 1);
  CHECK(rules[1].reason == "later");
  CHECK(refusal_of("CVE-1 exp:never", ".trivyignore") ==
        "invalid: .trivyignore:1: wanted an id and perhaps exp:DATE, got exp:never");
  CHECK(refusal_of("CVE-1 CVE-2", ".trivyignore").starts_with("invalid: .trivyignore:1"));
}

TEST_CASE("a pattern of many stars takes no long time") {
  std::string stars;
  for (int i = 0; i < 2000; ++i) stars += "*a";
  CHECK(ignored(rules_of("[[ignore]]\nid = \"" + stars +
                         "b\"\nreason = \"r\"\nexpires = \"never\"\n"))[0]
            .empty());
}

}  // namespace
}  // namespace lade::sbom
