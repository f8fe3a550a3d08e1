#include "cmd/output/sarif.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade::cmd {
namespace {

SarifRun full_run() {
  return {
      .tool = "lade secrets",
      .version = "0.1.0",
      .information_uri = "https://example.com/lade",
      .rules = {{.id = "key",
                 .title = "A key",
                 .description = "Opens a door.",
                 .help = "Change the lock.",
                 .level = SarifLevel::error,
                 .security_severity = "9.0",
                 .tags = {"security"}},
                {.id = "plain", .level = SarifLevel::note}},
      .results = {{.rule_id = "plain",
                   .level = SarifLevel::note,
                   .message = "one",
                   .locations = {{.logical_name = "environment A", .logical_kind = "variable"}}},
                  {.rule_id = "key",
                   .level = SarifLevel::error,
                   .message = "two",
                   .locations = {{.uri = "srv/a b%/\xC3\xA4", .line = 3, .column = 7},
                                 {.uri = "bin/x", .byte_offset = 0, .size_bytes = 4}},
                   .fingerprints = {{"lade/v1", "0123"}},
                   .accepted = "known",
                   .properties = {{"layer", 2}}}},
      .warnings = {"too large"},
      .properties = {{"image", "a:1"}}};
}

TEST_CASE("a SARIF log has one run with rules, results and where they are") {
  const Json log = parse_json(to_sarif(full_run()), "log");
  CHECK(log["version"] == "2.1.0");
  const Json& run = log["runs"][0];
  CHECK(run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == "9.0");
  CHECK(run["tool"]["driver"]["rules"][1]["defaultConfiguration"]["level"] == "note");
  const Json& one = run["results"][0];
  CHECK(one["ruleIndex"] == 1);
  CHECK(one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "environment A");
  CHECK_FALSE(one.contains("suppressions"));
  CHECK_FALSE(one["locations"][0].contains("physicalLocation"));
  const Json& two = run["results"][1];
  CHECK(two["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] ==
        "srv/a%20b%25/%C3%A4");
  CHECK(two["locations"][0]["physicalLocation"]["region"] ==
        Json{{"startLine", 3}, {"startColumn", 7}});
  CHECK(two["locations"][1]["physicalLocation"]["region"] ==
        Json{{"byteOffset", 0}, {"byteLength", 4}});
  CHECK(two["suppressions"][0]["justification"] == "known");
  CHECK(two["partialFingerprints"]["lade/v1"] == "0123");
  CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "too large");
  CHECK(run["properties"]["image"] == "a:1");
}

TEST_CASE("a run without results has an empty list of them") {
  const Json log = parse_json(to_sarif({.tool = "t"}), "log");
  CHECK(log["runs"][0]["results"] == Json::array());
  CHECK(log["runs"][0]["tool"]["driver"]["rules"] == Json::array());
}

TEST_CASE("a result of a rule that is not told is a defect") {
  CHECK_THAT(error_of(ErrorKind::internal,
                      [] { to_sarif({.tool = "t", .results = {{.rule_id = "other"}}}); }),
             Catch::Contains("other"));
}

}  // namespace
}  // namespace lade::cmd
