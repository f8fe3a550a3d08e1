#include "sbom/license_policy/license_policy.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "libimage/base/error.h"

namespace lade::sbom {
namespace {

using Catch::Matchers::Contains;

constexpr const char* example = R"(version = 1
default = "warn"
unknown = "deny"

[allow]
licenses = ["LGPL-2.1-or-later", "GPL-2.0-only WITH Classpath-exception-2.0"]
categories = ["permissive"]
expressions = ["Apache-2.0 AND GPL-3.0-or-later"]

[warn]
licenses = ["MPL-*"]

[deny]
licenses = ["JSON", "BSD-4-*", "GPL-2.0"]
categories = ["strong-copyleft", "network-copyleft", "other"]

[[exception]]
package = "pkg:deb/debian/bash"
licenses = ["GPL-3.0+"]
reason = "the shell of the base image"

[[exception]]
package = "pkg:npm/*"
reason = "being replaced"
expires = 2026-06-01
)";

Timestamp at(std::string_view text) { return *parse_rfc3339(text); }

LicenseJudgement judged(std::string_view expression, std::string_view purl = "pkg:deb/debian/x@1",
                        std::string_view now = "2026-01-01T00:00:00Z") {
  LicensedPackage package{std::string(purl), "x", "1", {}};
  if (!expression.empty()) package.expression = SpdxExpression::parse(expression);
  return judge(parse_license_policy(example, "licenses.toml"), package, at(now));
}

TEST_CASE("the closest rule decides on a licence") {
  struct Row {
    std::string_view expression;
    std::string_view verdict;
    std::string_view reason;
  };
  for (const Row& row : {
           Row{"MIT", "allowed", ""},
           {"LGPL-2.1-or-later", "allowed", ""},
           {"JSON", "denied", "JSON is denied (licenses.toml:14)"},
           {"BSD-4-Clause", "denied", "BSD-4-* is denied (licenses.toml:14)"},
           {"GPL-2.0-only", "denied", "GPL-2.0-only is denied (licenses.toml:14)"},
           {"GPL-2.0-only WITH Classpath-exception-2.0", "allowed", ""},
           {"GPL-2.0-only WITH Bison-exception-2.2", "denied",
            "GPL-2.0-only is denied (licenses.toml:14)"},
           {"GPL-3.0-only", "denied", "category strong-copyleft is denied (licenses.toml:15)"},
           {"AGPL-3.0-only", "denied", "category network-copyleft is denied (licenses.toml:15)"},
           {"MPL-2.0", "warned", "MPL-* is warned of (licenses.toml:11)"},
           {"LGPL-3.0-only", "warned", "no rule names it, and that is warned of"},
           {"LicenseRef-x", "denied", "it is not known, and that is denied"},
           {"", "denied", "it has no licence that is known, and that is denied"},
       }) {
    INFO(row.expression);
    const LicenseJudgement judgement = judged(row.expression);
    CHECK(to_string(judgement.verdict) == row.verdict);
    CHECK(judgement.objections.size() == (row.reason.empty() ? 0U : 1U));
    if (!judgement.objections.empty()) {
      CHECK(judgement.objections[0].reason == row.reason);
      CHECK(judgement.objections[0].license == row.expression);
    }
  }
}

TEST_CASE("the best branch of an OR counts, and every part of an AND") {
  struct Row {
    std::string_view expression;
    std::string_view verdict;
    std::string_view offending;
  };
  for (const Row& row : {
           Row{"MIT OR GPL-3.0-only", "allowed", ""},
           {"MPL-2.0 OR GPL-3.0-only", "warned", "GPL-3.0-only MPL-2.0"},
           {"MPL-2.0 OR MIT", "allowed", ""},
           {"MIT AND GPL-3.0-only", "denied", "GPL-3.0-only"},
           {"MIT AND MPL-1.1 AND EPL-2.0", "warned", "EPL-2.0 MPL-1.1"},
           {"GPL-3.0-only AND MPL-2.0", "denied", "GPL-3.0-only"},
           {"JSON OR LicenseRef-a", "denied", "JSON LicenseRef-a"},
           {"Apache-2.0 AND GPL-3.0-or-later", "allowed", ""},
           {"GPL-3.0-or-later AND Apache-2.0", "allowed", ""},
           {"GPL-3.0-or-later AND Apache-2.0 AND MIT", "denied", "GPL-3.0-or-later"},
       }) {
    INFO(row.expression);
    const LicenseJudgement judgement = judged(row.expression);
    CHECK(to_string(judgement.verdict) == row.verdict);
    std::string offending;
    for (const LicenseObjection& objection : judgement.objections) {
      offending += fmt::format("{}{}", offending.empty() ? "" : " ", objection.license);
    }
    CHECK(offending == row.offending);
  }
}

TEST_CASE("an exception allows what it names in the packages it names, until it expires") {
  const LicenseJudgement bash = judged("GPL-3.0-or-later", "pkg:deb/debian/bash@5.2-1?arch=amd64");
  CHECK(to_string(bash.verdict) == "excepted");
  REQUIRE(bash.exception);
  CHECK(bash.exception->reason == "the shell of the base image");
  CHECK(bash.exception->place == "licenses.toml:17");
  REQUIRE(bash.objections.size() == 1);
  CHECK(bash.objections[0].license == "GPL-3.0-or-later");
  CHECK(to_string(judged("GPL-3.0-or-later AND MIT", "pkg:deb/debian/bash@5").verdict) ==
        "excepted");
  CHECK(to_string(judged("GPL-3.0-or-later AND JSON", "pkg:deb/debian/bash@5").verdict) ==
        "denied");
  CHECK(to_string(judged("GPL-3.0-or-later AND MPL-2.0", "pkg:deb/debian/bash@5").verdict) ==
        "excepted");
  CHECK(to_string(judged("MPL-2.0", "pkg:deb/debian/bash@5").verdict) == "warned");
  CHECK(to_string(judged("GPL-3.0-or-later", "pkg:deb/debian/bash-doc@5").verdict) == "denied");
  CHECK(to_string(judged("", "pkg:deb/debian/bash@5").verdict) == "denied");
  CHECK(to_string(judged("MIT", "pkg:deb/debian/bash@5").verdict) == "allowed");

  for (const std::string_view expression : {"JSON", "MPL-2.0", ""}) {
    INFO(expression);
    CHECK(to_string(judged(expression, "pkg:npm/%40a/b@1").verdict) == "excepted");
    CHECK(to_string(judged(expression, "pkg:npm/b@1", "2026-05-31T23:59:59Z").verdict) ==
          "excepted");
  }
  const LicenseJudgement expired = judged("JSON", "pkg:npm/b@1", "2026-06-01T00:00:00Z");
  CHECK(to_string(expired.verdict) == "denied");
  CHECK_FALSE(expired.exception);
  REQUIRE(expired.notes.size() == 1);
  CHECK(expired.notes[0] == "the exception of licenses.toml:22 expired at 2026-06-01T00:00:00Z");
}

TEST_CASE("a policy that says nothing denies everything, one may say otherwise") {
  const auto verdict_of = [](std::string_view policy, std::optional<SpdxExpression> expression) {
    return std::string(to_string(
        judge(parse_license_policy(policy, "p"), {"pkg:a/b", "b", "", std::move(expression)}, {})
            .verdict));
  };
  const SpdxExpression mit = SpdxExpression::parse("MIT");
  const SpdxExpression own = SpdxExpression::parse("LicenseRef-own-1");
  CHECK(verdict_of("version = 1", mit) == "denied");
  CHECK(verdict_of("version = 1", own) == "denied");
  CHECK(verdict_of("version = 1", {}) == "denied");
  CHECK(verdict_of("version = 1\ndefault = \"allow\"", mit) == "allowed");
  CHECK(verdict_of("version = 1\ndefault = \"allow\"", own) == "denied");
  CHECK(verdict_of("version = 1\nunknown = \"warn\"", {}) == "warned");
  CHECK(verdict_of("version = 1\nunknown = \"allow\"", {}) == "allowed");
  CHECK(verdict_of("version = 1\n[allow]\nlicenses = [\"LicenseRef-own-*\"]", own) == "allowed");
  CHECK(verdict_of("version = 1\n[allow]\ncategories = [\"other\"]", own) == "denied");
}

TEST_CASE("a policy that cannot be meant is refused with the line and what was wanted") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  for (const Row& row : {
           Row{"", "wanted version = 1 at the beginning"},
           {"version = 2", "p.toml:1: version: wanted 1, got 2"},
           {"version = 1\nallowed = []", "allowed"},
           {"version = 1\ndefault = \"maybe\"",
            "wanted \"allow\", \"warn\" or \"deny\", got maybe"},
           {"version = 1\n[allow]\nlicenses = \"MIT\"", "licenses"},
           {"version = 1\n[allow]\nlicenses = [\n\"MIT\",\n\"Apache-2\"]",
            "p.toml:5: allow.licenses: wanted an SPDX licence expression (perhaps Apache-2.0), got "
            "\"Apache-2\""},
           {"version = 1\n[allow]\nlicenses = [\"MIT OR ISC\"]", "wanted one licence"},
           {"version = 1\n[allow]\nlicenses = [\"GLP-*\"]", "wanted a pattern of ids"},
           {"version = 1\n[deny]\ncategories = [\"copyleft\"]", "weak-copyleft"},
           {"version = 1\n[deny]\nexpressions = [\"MIT AND\"]",
            "wanted an SPDX licence expression"},
           {"version = 1\n[allow]\nlicenses = [\"GPL-2.0\"]\n[deny]\nlicenses = [\"GPL-2.0-only\"]",
            "GPL-2.0-only is allowed at p.toml:3 and denied at p.toml:5"},
           {"version = 1\n[[exception]]\npackage = \"pkg:a/b\"", "reason: wanted a text"},
           {"version = 1\n[[exception]]\nreason = \"r\"", "package: wanted a text"},
           {"version = 1\n[[exception]]\npackage = \"bash\"\nreason = \"r\"",
            "wanted a package URL"},
           {"version = 1\n[[exception]]\npackage = \"pkg:a/b\"\nreason = \"r\"\nlicenses = []",
            "wanted one licence at least"},
           {"version = 1\n[[exception]]\npackage = \"pkg:a/b\"\nreason = \"r\"\nexpires = \"soon\"",
            "expires"},
           {"version = ", "p.toml"},
       }) {
    INFO(row.text);
    try {
      parse_license_policy(row.text, "p.toml");
      FAIL("it was taken");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
      CHECK_THAT(error.message(), Contains(std::string(row.message)));
    }
  }
  CHECK_THROWS_WITH(
      parse_license_policy(std::string(LicensePolicy::size_limit_bytes + 1, '#'), "p"),
      Contains("more than 1048576"));
}

}  // namespace
}  // namespace lade::sbom
