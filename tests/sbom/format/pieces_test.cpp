#include <catch2/catch.hpp>
#include <set>

#include "sbom/format/deployed.h"
#include "sbom/format/facts.h"
#include "sbom/format/identity.h"
#include "sbom/format/json_writer.h"
#include "sbom/format/license_terms.h"
#include "sbom/format/party.h"

namespace lade::sbom {
namespace {

TEST_CASE("bytes that are no UTF-8 become the replacement character") {
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(with_valid_utf8("plain") == "plain");
  CHECK(with_valid_utf8("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80") ==
        "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
  for (const std::string text : {"\xC0\xAF", "\xED\xA0"}) {
    CHECK(with_valid_utf8(text) == bad + bad);
  }
  CHECK(with_valid_utf8("\xF4\x90\x80\x80") == bad + bad + bad + bad);
  CHECK(with_valid_utf8("a\xC3") == "a" + bad);
}

TEST_CASE("JSON escapes what has to be, and separates what follows") {
  JsonWriter json;
  json.open_object();
  json.member("a\"b", "\\\n\t\x01\x7F");
  json.key("list");
  json.open_array();
  json.value(std::uint64_t{18446744073709551615U});
  json.value(true);
  json.open_array();
  json.close_array();
  json.close_array();
  json.close_object();
  const std::string written = std::move(json).finish();
  CHECK(written ==
        "{\n \"a\\\"b\": \"\\\\\\n\\u0009\\u0001\\u007f\",\n \"list\": [\n"
        "  18446744073709551615,\n  true,\n  []\n ]\n}\n");
}

TEST_CASE("a supplier is taken apart into name and address") {
  CHECK(parse_party("A. Name <a@example.org>") == Party{"A. Name", "a@example.org", ""});
  CHECK(parse_party("A <https://example.org>") == Party{"A", "", "https://example.org"});
  CHECK(parse_party("a@example.org") == Party{"a@example.org", "a@example.org", ""});
  CHECK(parse_party("Red Hat, Inc.") == Party{"Red Hat, Inc.", "", ""});
  CHECK(parse_party("A <a at example>") == Party{"A <a at example>", "", ""});
  CHECK(parse_party("A <a@@example.org>") == Party{"A <a@@example.org>", "", ""});
  CHECK(parse_party("<a@example.org>") == Party{"a@example.org", "a@example.org", ""});
}

TEST_CASE("SPDX's actors are persons if they have an address and no name of a group") {
  CHECK(to_spdx_actor("A. Name <a@example.org>") == "Person: A. Name (a@example.org)");
  CHECK(to_spdx_actor("Debian Team <a@example.org>") ==
        "Organization: Debian Team (a@example.org)");
  CHECK(to_spdx_actor("Fedora Project") == "Organization: Fedora Project");
  CHECK(to_spdx_actor("") == "NOASSERTION");
  CHECK(from_spdx_actor("Person: A. Name (a@example.org)") == "A. Name <a@example.org>");
  CHECK(from_spdx_actor("Organization: Acme (Europe)") == "Acme (Europe)");
  CHECK(from_spdx_actor("Organization: Acme ()") == "Acme");
  CHECK(from_spdx_actor("NOASSERTION").empty());
}

TEST_CASE("an expression is told from a name by its form") {
  for (const std::string good : {"MIT", "GPL-2.0+", "(MIT OR Apache-2.0) AND LicenseRef-x",
                                 "GPL-2.0 WITH Classpath-1", "DocumentRef-a:LicenseRef-b"}) {
    INFO(good);
    CHECK(is_license_expression(good));
    CHECK(expression_for(good) == good);
  }
  for (const std::string bad :
       {"", "MIT AND", "OR MIT", "MIT Apache-2.0", "(MIT", "MIT)", "()", "GPL, version 2", "A/B"}) {
    INFO(bad);
    CHECK_FALSE(is_license_expression(bad));
    CHECK(is_license_expression(expression_for(bad)));
  }
  CHECK(expression_for("GPL, version 2!") == "LicenseRef-GPL-version-2");
  CHECK(expression_for("") == "LicenseRef-unnamed");
}

TEST_CASE("terms are joined by AND, alternatives in parentheses, and concluded from files first") {
  Package package;
  CHECK(license_terms(package).concluded.empty());
  package.licenses = {{.expression = "MIT OR ISC"}, {.expression = "Zlib"}, {.expression = "Zlib"}};
  CHECK(license_terms(package).declared == "Zlib AND (ISC OR MIT)");
  CHECK(license_terms(package).concluded == "Zlib AND (ISC OR MIT)");
  package.licenses.push_back({.expression = "MIT", .evidence = LicenseEvidence::text});
  CHECK(license_terms(package).declared == "Zlib AND (ISC OR MIT)");
  CHECK(license_terms(package).concluded == "MIT");
}

TEST_CASE("facts survive as lines, whatever is in them") {
  const std::vector<Fact> facts{{"a:b", "x=y\nz\\n\r"}, {"c", ""}};
  CHECK(facts_in("before\n" + to_lines(facts) + "\nlade:without") == facts);
}

TEST_CASE("facts out of order make no list longer than it is told") {
  Package package;
  apply_fact(package, "location:1000000:path", "a");
  apply_fact(package, "location:-1:path", "a");
  apply_fact(package, "license:x:path", "a");
  CHECK(package.locations.empty());
  CHECK(package.licenses.empty());
  apply_fact(package, "hash", "nonsense");
  apply_fact(package, "type", "nonsense");
  CHECK(package.hashes.empty());
  CHECK(package.type == PackageType::generic);
}

TEST_CASE("files are named as package managers name them") {
  const auto name = [](PackageType type, const std::string& version) {
    Package package{.type = type, .name = "a", .version = version, .architecture = "arm64"};
    package.locations = {{.path = "opt/x.jar", .inner = "lib/y.jar"}};
    return deployed_of(package).file_name;
  };
  CHECK(name(PackageType::deb, "1:2-3") == "a_2-3_arm64.deb");
  CHECK(name(PackageType::rpm, "1:2-3") == "a-2-3.arm64.rpm");
  CHECK(name(PackageType::apk, "2-r1") == "a-2-r1.apk");
  CHECK(name(PackageType::maven, "2") == "y.jar");
}

TEST_CASE("hashes have other names in other formats, and none that do not fit") {
  const PackageHash sha1{"sha1", std::string(40, 'a')};
  CHECK(spdx_algorithm(sha1) == "SHA1");
  CHECK(cyclonedx_algorithm(sha1) == "SHA-1");
  CHECK(plain_algorithm("SHA-1") == "sha1");
  CHECK(plain_algorithm("SHA3-256") == "sha3-256");
  CHECK(spdx_algorithm({"sha1", "abc"}).empty());
  CHECK(spdx_algorithm({"crc", "abc"}).empty());
}

TEST_CASE("a UUID of content is one of version 8") {
  const std::string uuid = uuid_of("content");
  CHECK(uuid == uuid_of("content"));
  CHECK(uuid != uuid_of("other"));
  REQUIRE(uuid.size() == 36);
  CHECK(uuid[14] == '8');
  CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
}

TEST_CASE("packages with the same id, or none, get ids of their own") {
  Inventory inventory;
  for (int i = 0; i < 3; ++i) inventory.packages.push_back({.name = "a", .id = "0123456789abcdef"});
  inventory.packages.push_back({.name = "a"});
  const std::vector<std::string> ids = unique_ids(inventory);
  CHECK(ids[0] == "0123456789abcdef");
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 4);
}

}  // namespace
}  // namespace lade::sbom
