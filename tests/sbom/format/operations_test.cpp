#include <catch2/catch.hpp>

#include "libimage/base/json.h"
#include "sbom/format/check.h"
#include "sbom/format/diff.h"
#include "sbom/format/merge.h"
#include "tests/sbom/format/full_inventory.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

Inventory with_npm(std::vector<std::pair<std::string, std::string>> packages) {
  Inventory inventory{.subject = {.name = "app"}};
  for (auto& [name, version] : packages) {
    inventory.packages.push_back(
        example_package(PackageType::npm, name, version, "app/node_modules/" + name, nullptr));
  }
  complete(inventory);
  return inventory;
}

TEST_CASE("merging an inventory with itself changes nothing") {
  const Inventory one = full_inventory();
  const Inventory two = merge({one, one});
  const auto document = [](const Inventory& inventory) {
    return write_sbom(inventory, parse_format("spdx-json"), example_options());
  };
  CHECK((document(two) == document(one)));
}

TEST_CASE("merging joins what each knows of a package, and keeps other places apart") {
  Inventory left = with_npm({{"a", "1"}, {"b", "1"}});
  Inventory right = with_npm({{"a", "1"}, {"b", "2"}});
  left.relations = {{0, 1, RelationKind::depends_on}};
  right.packages[0].supplier = "A <a@example.org>";
  right.relations = {{0, 1, RelationKind::depends_on}};
  right.subject.layers = {{.diff_id = digest_of(std::string_view("other"))}};
  const Inventory merged = merge({left, right});
  REQUIRE(merged.packages.size() == 3);
  CHECK(merged.packages[0].supplier == "A <a@example.org>");
  CHECK(merged.relations ==
        std::vector<Relation>{{0, 1, RelationKind::depends_on}, {0, 2, RelationKind::depends_on}});
  CHECK(merged.subject.layers.size() == 1);
  right.packages[0].locations[0].path = "elsewhere";
  CHECK(merge({left, right}).packages.size() == 4);
}

TEST_CASE("merging lists of two distributions is told") {
  Inventory left{.distribution = Distribution{.id = "debian", .version_id = "12"}};
  Inventory right{.distribution = Distribution{.id = "alpine", .version_id = "3.18"}};
  const Inventory merged = merge({left, right});
  REQUIRE(merged.remarks.size() == 1);
  CHECK_THAT(merged.remarks[0].message, Catch::Contains("alpine-3.18"));
  CHECK_THAT(error_of(ErrorKind::invalid, [] { merge({}); }), Catch::Contains("no SBOM"));
}

TEST_CASE("a diff pairs versions, and tells what came and went") {
  Inventory before = with_npm({{"gone", "1"}, {"kept", "1"}, {"moved", "1"}, {"two", "1"}});
  Inventory after =
      with_npm({{"come", "3"}, {"kept", "1"}, {"moved", "2"}, {"two", "1"}, {"two", "5"}});
  after.packages[1].licenses = {{.expression = "MIT"}};
  const std::vector<PackageChange> changes = diff(before, after);
  CHECK(diff_to_text(changes) ==
        "+ come 3 (npm)\n"
        "- gone 1 (npm)\n"
        "~ kept 1 (npm): license none -> MIT\n"
        "~ moved 1 -> 2 (npm)\n"
        "+ two 5 (npm)\n"
        "2 added, 1 removed, 1 with another version, 1 with another license\n");
  const Json json = parse_json(diff_to_json(changes), "the record");
  CHECK(json.at("schemaVersion") == 1);
  CHECK(json.at("version")[0].at("versionBefore") == "1");
  CHECK(json.at("removed")[0].at("path") == "app/node_modules/gone");
  CHECK(diff(after, after).empty());
}

SbomDocument as_document(const Inventory& inventory, const std::string& format,
                         const WriteOptions& options) {
  return read_sbom(write_sbom(inventory, parse_format(format), options), "the file");
}

/// A package that lacks nothing.
Inventory complete_inventory() {
  Inventory inventory = full_inventory();
  std::erase_if(inventory.packages, [](const Package& package) { return package.name != "libc6"; });
  REQUIRE(inventory.packages.size() == 1);
  inventory.relations.clear();
  inventory.remarks.clear();
  return inventory;
}

TEST_CASE("what has all that is asked for meets both") {
  for (const auto profile : {CheckProfile::bsi, CheckProfile::ntia}) {
    for (const std::string format : {"cyclonedx-json", "cyclonedx-xml", "spdx3-json"}) {
      const CheckReport report =
          check_sbom(as_document(complete_inventory(), format, example_options()), profile);
      INFO(format << ": " << check_to_text(report));
      CHECK(report.is_met());
    }
  }
}

TEST_CASE("what is missing is told for the document and for each component") {
  WriteOptions options = example_options();
  options.author.clear();
  const CheckReport report =
      check_sbom(as_document(with_npm({{"a", ""}}), "spdx-json", options), CheckProfile::bsi);
  CHECK_FALSE(report.is_met());
  REQUIRE(report.gaps.size() == 2);
  CHECK(report.gaps[0].missing ==
        std::vector<std::string>{"format (SPDX 3.0.1 or CycloneDX 1.6, not spdx-json 2.3)",
                                 "creator (with email or URL)"});
  CHECK(report.gaps[1].missing == std::vector<std::string>{"component creator (with email or URL)",
                                                           "version", "dependencies (completeness)",
                                                           "distribution licence",
                                                           "hash (SHA-512)"});
  const std::string text = check_to_text(report);
  CHECK_THAT(text, Catch::StartsWith("BSI TR-03183-2 v2: not met: 1 of 1 components and the "
                                     "document lack something\n  the document: format"));
  CHECK_THAT(text, Catch::Contains("\n  a: component creator"));
  const Json json = parse_json(check_to_json(report), "the record");
  CHECK(json.at("met") == false);
  CHECK(json.at("gaps")[1].at("purl") == "pkg:npm/a");
  CHECK(json.at("lacking").at("version") == 1);
}

TEST_CASE("the NTIA wants suppliers, versions, identifiers and relationships") {
  Inventory inventory = with_npm({{"a", "1"}, {"b", ""}});
  inventory.packages[0].purl.clear();
  SbomDocument document{.inventory = inventory};
  const CheckReport report = check_sbom(document, CheckProfile::ntia);
  REQUIRE(report.gaps.size() == 3);
  CHECK(report.gaps[0].missing ==
        std::vector<std::string>{"author", "timestamp", "dependency relationships"});
  CHECK(report.gaps[1].missing == std::vector<std::string>{"supplier", "unique identifier"});
  CHECK(report.gaps[2].missing == std::vector<std::string>{"supplier", "version"});
  CHECK(report.lacking.at("supplier") == 2);
}

TEST_CASE("an SBOM that lists nothing meets nothing") {
  const CheckReport report =
      check_sbom(as_document(Inventory{}, "cyclonedx-json", example_options()), CheckProfile::bsi);
  CHECK_FALSE(report.is_met());
  CHECK_THAT(check_to_text(report), Catch::Contains("no component is listed"));
  CHECK_THAT(error_of(ErrorKind::invalid, [] { parse_check_profile("iso"); }),
             Catch::Contains("bsi and ntia"));
}

}  // namespace
}  // namespace lade::sbom
