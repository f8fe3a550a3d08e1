#include <catch2/catch.hpp>
#include <set>

#include "sbom/language/factories.h"
#include "sbom/language/npm_manifest.h"
#include "sbom/language/npm_place.h"
#include "tests/support/catalog_image.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

/// "purl path" of each package.
Lines purls_and_places(const Inventory& inventory) {
  Lines lines;
  for (const Package& package : inventory.packages) {
    lines.push_back(package.purl + " " + package.locations.front().path);
  }
  return lines;
}

/// "name@version -> name@version" of each edge of a kind.
Lines edges(const Inventory& inventory, RelationKind kind = RelationKind::depends_on) {
  Lines lines;
  for (const Relation& relation : inventory.relations) {
    if (relation.kind != kind) continue;
    const Package& from = inventory.packages[relation.from];
    const Package& to = inventory.packages[relation.to];
    lines.push_back(from.name + "@" + from.version + " -> " + to.name + "@" + to.version);
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string manifest(const std::string& name, const std::string& version,
                     const std::string& rest = "") {
  return R"({"name":")" + name + R"(","version":")" + version + "\"" + rest + "}";
}

Inventory inventory_of_npm(const TarBuilder& tar) { return inventory_of({npm_cataloger()}, {tar}); }

TEST_CASE("node finds packages directly in node_modules and nowhere else") {
  const auto [directory, place] = GENERATE(table<std::string, NpmPlace>({
      {"app/node_modules/a", NpmPlace::installed},
      {"node_modules/a", NpmPlace::installed},
      {"app/node_modules/@s/a", NpmPlace::installed},
      {"app/node_modules/a/node_modules/b", NpmPlace::installed},
      {"app/node_modules/.pnpm/a@1.0.0/node_modules/a", NpmPlace::installed},
      {"app/node_modules/.pnpm/@s+a@1.0.0/node_modules/@s/a", NpmPlace::installed},
      {"app/test/node_modules/a", NpmPlace::installed},
      {"app/node_modules/test", NpmPlace::installed},
      {"app/node_modules/a/dist/node_modules/b", NpmPlace::installed},
      {"usr/share/nodejs/a", NpmPlace::installed},
      {"usr/share/nodejs/@s/a", NpmPlace::installed},
      {"app/node_modules/a/test/fixtures/node_modules/b", NpmPlace::fixture},
      {"app/node_modules/@s/a/examples/node_modules/b", NpmPlace::fixture},
      {"app/node_modules/a/esm", NpmPlace::elsewhere},
      {"app/node_modules/@s", NpmPlace::elsewhere},
      {"app/node_modules/@s/a/b", NpmPlace::elsewhere},
      {"app/node_modules/.bin", NpmPlace::elsewhere},
      {"app/node_modules", NpmPlace::elsewhere},
      {"usr/share/nodejs/a/lib", NpmPlace::elsewhere},
      {"app", NpmPlace::elsewhere},
      {"", NpmPlace::elsewhere},
  }));
  CAPTURE(directory);
  CHECK(npm_place(directory) == place);
}

TEST_CASE("a package.json tells of its package") {
  const auto package = parse_npm_manifest(R"({
    "name": "@scope/a", "version": "1.2.3", "description": "does\n  things",
    "license": "MIT OR Apache-2.0", "homepage": "https://a.example/",
    "author": {"name": "A. Uthor", "email": "a@example.org"},
    "dependencies": {"b": "^1", "@s/c": "*"}, "optionalDependencies": {"b": "^1"},
    "peerDependencies": {"p": "1"}, "devDependencies": {"d": "1"},
    "_resolved": "https://registry.example/a.tgz",
    "_integrity": "sha512-nope sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="})",
                                          "a");
  REQUIRE(package);
  CHECK(package->name_space == "@scope");
  CHECK(package->name == "a");
  CHECK(package->version == "1.2.3");
  CHECK(package->description == "does things");
  REQUIRE(package->licenses.size() == 1);
  CHECK(package->licenses[0].expression == "Apache-2.0 OR MIT");
  CHECK(package->supplier == "A. Uthor <a@example.org>");
  CHECK(package->homepage == "https://a.example/");
  CHECK(package->depends == Lines{"@s/c", "b", "p"});
  CHECK(package->download == "https://registry.example/a.tgz");
  CHECK(package->hashes ==
        std::vector<PackageHash>{{"sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"}});
}

TEST_CASE("old forms of licences are read") {
  const auto [field, expressions] = GENERATE(table<std::string, Lines>({
      {R"("license": "MIT")", {"MIT"}},
      {R"("license": {"type": "BSD", "url": "x"})", {"LicenseRef-BSD"}},
      {R"("license": ["MIT", {"type": "ISC"}])", {"MIT", "ISC"}},
      {R"("licenses": [{"type": "MIT"}, {"type": "GPL"}, {"type": "MIT"}])",
       {"MIT", "LicenseRef-GPL"}},
      {R"("license": "SEE LICENSE IN x")", {"LicenseRef-SEE-LICENSE-IN-x"}},
      {R"("license": 7)", {}},
      {R"("license": [[["MIT"]]])", {}},
      {R"("license": " unknown ")", {}},
  }));
  CAPTURE(field);
  const auto package = parse_npm_manifest(R"({"name":"a","version":"1",)" + field + "}", "a");
  REQUIRE(package);
  Lines got;
  for (const LicenseClaim& claim : package->licenses) got.push_back(claim.expression);
  CHECK(got == expressions);
}

TEST_CASE("a package.json without a name and a version is no package") {
  const std::string text =
      GENERATE(R"({"type":"module"})", R"({"name":"a"})", R"({"version":"1"})",
               R"({"name":"","version":"1"})", R"({"name":"a b","version":"1"})",
               R"({"name":7,"version":"1"})", "[]", "null", "7");
  CAPTURE(text);
  CHECK_FALSE(parse_npm_manifest(text, "a"));
}

TEST_CASE("a package.json is read as leniently as node reads it") {
  CHECK(parse_npm_manifest("\xef\xbb\xbf{\"name\":\"a\",\"version\":\"1\"}", "a"));
  const auto twice = parse_npm_manifest(
      "{\"version\":\"1\",\"name\":\"a\",\"version\":\"2\",\"author\":\"J\xf6rg\"}", "a");
  REQUIRE(twice);
  CHECK(twice->version == "2");
  CHECK(twice->supplier == "J\xef\xbf\xbdrg");
  CHECK(error_of(ErrorKind::invalid, [] { parse_npm_manifest("{\n\"name\" \"a\"}", "x.json"); }) ==
        "x.json is not valid JSON at line 2, column 10");
  CHECK(error_of(ErrorKind::invalid, [] { parse_npm_manifest(std::string(100, '['), "x.json"); }) ==
        "x.json is nested deeper than 64 levels");
}

TEST_CASE("packages of a nested tree are found with what node gives them for their needs") {
  const Inventory inventory = inventory_of_npm(
      TarBuilder{}
          .file("app/package.json", manifest("app", "0.1.0", R"(,"dependencies":{"a":"1"})"))
          .file("app/node_modules/a/package.json",
                manifest("a", "1.0.0", R"(,"dependencies":{"b":"1","c":"1","gone":"1"})"))
          .file("app/node_modules/a/esm/package.json", R"({"type":"module"})")
          .file("app/node_modules/a/test/node_modules/fake/package.json", manifest("fake", "9.9.9"))
          .file("app/node_modules/a/node_modules/b/package.json", manifest("b", "2.0.0"))
          .file("app/node_modules/b/package.json", manifest("b", "1.0.0"))
          .file("app/node_modules/@s/c/package.json",
                manifest("@s/c", "1.0.0", R"(,"dependencies":{"b":"1"})"))
          .file("app/node_modules/c/package.json",
                manifest("c", "1.0.0", R"(,"peerDependencies":{"@s/c":"1"})")));
  CHECK(purls_and_places(inventory) ==
        Lines{"pkg:npm/a@1.0.0 app/node_modules/a/package.json",
              "pkg:npm/b@1.0.0 app/node_modules/b/package.json",
              "pkg:npm/b@2.0.0 app/node_modules/a/node_modules/b/package.json",
              "pkg:npm/c@1.0.0 app/node_modules/c/package.json",
              "pkg:npm/%40s/c@1.0.0 app/node_modules/@s/c/package.json"});
  CHECK(edges(inventory) == Lines{"a@1.0.0 -> b@2.0.0", "a@1.0.0 -> c@1.0.0", "c@1.0.0 -> b@1.0.0",
                                  "c@1.0.0 -> c@1.0.0"});
  CHECK(inventory.remarks.empty());
}

TEST_CASE("needs are followed through the links that pnpm makes") {
  const std::string store = "app/node_modules/.pnpm/";
  const Inventory inventory = inventory_of_npm(
      TarBuilder{}
          .symlink("app/node_modules/a", ".pnpm/a@1.0.0/node_modules/a")
          .file(store + "a@1.0.0/node_modules/a/package.json",
                manifest("a", "1.0.0", R"(,"dependencies":{"b":"1"})"))
          .symlink(store + "a@1.0.0/node_modules/b", "../../b@1.5.0/node_modules/b")
          .file(store + "b@1.5.0/node_modules/b/package.json", manifest("b", "1.5.0")));
  CHECK(inventory.packages.size() == 2);
  CHECK(edges(inventory) == Lines{"a@1.0.0 -> b@1.5.0"});
}

TEST_CASE("a package of a workspace counts where node_modules links to it") {
  const TarBuilder tar = TarBuilder{}
                             .file("app/package.json", manifest("app", "0.0.1"))
                             .file("app/packages/lib/package.json",
                                   manifest("@w/lib", "1.0.0", R"(,"dependencies":{"b":"1"})"))
                             .file("app/packages/other/package.json", manifest("other", "1.0.0"))
                             .symlink("app/node_modules/@w/lib", "../../packages/lib")
                             .file("app/node_modules/b/package.json",
                                   manifest("b", "1.0.0", R"(,"dependencies":{"@w/lib":"1"})"));
  const Inventory inventory = inventory_of_npm(tar);
  CHECK(purls_and_places(inventory) ==
        Lines{"pkg:npm/b@1.0.0 app/node_modules/b/package.json",
              "pkg:npm/%40w/lib@1.0.0 app/packages/lib/package.json"});
  CHECK(only_package(inventory, "lib").remarks == Lines{"linked from app/node_modules/@w/lib"});
  CHECK(edges(inventory) == Lines{"b@1.0.0 -> lib@1.0.0", "lib@1.0.0 -> b@1.0.0"});
}

TEST_CASE("npm's own record of an installation tells origin and hash of what it still describes") {
  const std::string lock = R"({"packages": {
    "node_modules/a": {"version": "1.0.0", "resolved": "https://r.example/a.tgz",
                       "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="},
    "node_modules/b": {"version": "1.0.0", "resolved": "https://r.example/b.tgz"}}})";
  const Inventory inventory =
      inventory_of_npm(TarBuilder{}
                           .file("app/node_modules/.package-lock.json", lock)
                           .file("app/node_modules/a/package.json", manifest("a", "1.0.0"))
                           .file("app/node_modules/b/package.json", manifest("b", "2.0.0")));
  CHECK(only_package(inventory, "a").download == "https://r.example/a.tgz");
  CHECK(only_package(inventory, "a").hashes.size() == 1);
  CHECK(only_package(inventory, "b").download.empty());
}

TEST_CASE("an unreadable package.json is told of and hides no other") {
  const Inventory inventory =
      inventory_of_npm(TarBuilder{}
                           .file("app/node_modules/a/package.json", "{")
                           .file("app/node_modules/b/package.json", manifest("b", "1.0.0")));
  CHECK(inventory.packages.size() == 1);
  REQUIRE(inventory.remarks.size() == 1);
  CHECK(inventory.remarks[0].path == "app/node_modules/a/package.json");
  CHECK(inventory.remarks[0].message.starts_with("npm: app/node_modules/a/package.json is not"));
}

TEST_CASE("Plug'n'Play without its archives is told of") {
  const Inventory inventory = inventory_of_npm(TarBuilder{}.file("app/.pnp.cjs", "x"));
  CHECK(inventory.packages.empty());
  CHECK(inventory.remarks ==
        std::vector<Remark>{
            {"app/.pnp.cjs",
             "Yarn Plug'n'Play loads packages from archives that are not in the image"}});
}

TEST_CASE("names that lead in circles end") {
  const Inventory inventory = inventory_of_npm(
      TarBuilder{}
          .symlink("app/node_modules/a", "b")
          .symlink("app/node_modules/b", "a")
          .file("app/node_modules/c/package.json",
                manifest("c", "1.0.0", R"(,"dependencies":{"a":"1","../../etc":"1","c":"1"})")));
  CHECK(inventory.packages.size() == 1);
  CHECK(inventory.relations.empty());
}

}  // namespace
}  // namespace lade::sbom
