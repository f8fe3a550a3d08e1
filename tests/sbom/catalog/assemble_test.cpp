#include "sbom/catalog/assemble.h"

#include <catch2/catch.hpp>

#include "sbom/catalog/os_release.h"
#include "tests/sbom/catalog/fake_cataloger.h"
#include "tests/support/catalog_image.h"

namespace lade::sbom {
namespace {

using Kind = PathRule::Kind;

/// "purl path" of each package.
std::vector<std::string> shown(const Inventory& inventory) {
  std::vector<std::string> lines;
  for (const Package& package : inventory.packages) {
    std::string line = package.purl;
    for (const Location& location : package.locations) line += " " + location.path;
    lines.push_back(line);
  }
  return lines;
}

TEST_CASE("what upper layers hide or replace is not there") {
  using Lines = std::vector<std::string>;
  const Catalogers list{fake_cataloger({{Kind::directory, "d"}})};
  const TarBuilder base = TarBuilder{}.dir("d").file("d/a", "one 1").file("d/b", "two 1");
  CHECK(shown(inventory_of(list, {base})) == Lines{"pkg:npm/one@1 d/a", "pkg:npm/two@1 d/b"});
  CHECK(shown(inventory_of(list, {base, TarBuilder{}.whiteout("d/a")})) ==
        Lines{"pkg:npm/two@1 d/b"});
  CHECK(shown(inventory_of(list, {base, TarBuilder{}.file("d/a", "three 3")})) ==
        Lines{"pkg:npm/three@3 d/a", "pkg:npm/two@1 d/b"});
  CHECK(shown(inventory_of(list, {base, TarBuilder{}.opaque("d")})).empty());
  CHECK(shown(inventory_of(list, {base, TarBuilder{}.symlink("d", "x")})).empty());
}

TEST_CASE("a package knows the layers it came with and was changed in") {
  const Catalogers list{fake_cataloger({{Kind::path, "a"}})};
  const Inventory inventory =
      inventory_of(list, {TarBuilder{}.file("x"), TarBuilder{}.file("a", "one 1\ntwo 1"),
                          TarBuilder{}.file("a", "one 2\ntwo 1"),
                          TarBuilder{}.file("a", "one 2\ntwo 1\nthree 1")});
  const Package& one = only_package(inventory, "one");
  CHECK(one.introduced_layer == 1);
  CHECK(one.changed_layer == 2);
  const Package& two = only_package(inventory, "two");
  CHECK(two.introduced_layer == 1);
  CHECK(two.changed_layer == 1);
  const Package& three = only_package(inventory, "three");
  CHECK(three.introduced_layer == 3);
  CHECK(three.locations == std::vector<Location>{{"a", "", 3}});
}

TEST_CASE("what a distribution's package owns is related to it, through merged directories too") {
  const Catalogers list{fake_cataloger({{Kind::path, "status"}}, PackageType::deb, "system"),
                        fake_cataloger({{Kind::extension, "json"}}, PackageType::npm, "language"),
                        fake_cataloger({{Kind::extension, "bin"}}, PackageType::generic, "binary")};
  const Inventory inventory =
      inventory_of(list, {TarBuilder{}
                              .symlink("lib", "usr/lib")
                              .file("status", "node 1\nown lib/a.json\nown usr/lib\nown lib/x.bin")
                              .file("usr/lib/a.json", "inside 1")
                              .file("usr/lib/b.json", "beside 1")
                              .file("usr/lib/x.bin", "program 1")
                              .file("usr/lib/y.bin", "other 1")});
  CHECK(shown(inventory) == std::vector<std::string>{"pkg:deb/node@1 status",
                                                     "pkg:generic/other@1 usr/lib/y.bin",
                                                     "pkg:npm/beside@1 usr/lib/b.json",
                                                     "pkg:npm/inside@1 usr/lib/a.json"});
  CHECK(inventory.relations == std::vector<Relation>{{3, 0, RelationKind::owned_by}});
}

TEST_CASE("who needs a file depends on the distribution's package that owns it") {
  const Catalogers list{fake_cataloger({{Kind::path, "status"}}, PackageType::deb, "system"),
                        fake_cataloger({{Kind::extension, "bin"}}, PackageType::generic, "binary")};
  const Inventory inventory =
      inventory_of(list, {TarBuilder{}
                              .symlink("lib", "usr/lib")
                              .file("status", "libc 1\nown lib/libc.so")
                              .file("usr/lib/libc.so")
                              .file("a.bin", "one 1\nneed usr/lib/libc.so")
                              .file("b.bin", "two 1\nneed usr/lib/libx.so")});
  CHECK(shown(inventory) == std::vector<std::string>{"pkg:deb/libc@1 status",
                                                     "pkg:generic/one@1 a.bin",
                                                     "pkg:generic/two@1 b.bin"});
  CHECK(inventory.relations == std::vector<Relation>{{1, 0, RelationKind::depends_on}});
}

TEST_CASE("the distribution is in the package URLs of what it packages") {
  const Catalogers list{make_os_release_cataloger(),
                        fake_cataloger({{Kind::path, "status"}}, PackageType::deb)};
  const TarBuilder tar = TarBuilder{}
                             .symlink("etc/os-release", "../usr/lib/os-release")
                             .file("usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
                             .file("status", "bash 5.2-1");
  const Inventory inventory = inventory_of(list, {tar});
  REQUIRE(inventory.distribution);
  CHECK(inventory.distribution->id == "debian");
  CHECK(inventory.distribution->path == "usr/lib/os-release");
  CHECK(shown(inventory) ==
        std::vector<std::string>{"pkg:deb/debian/bash@5.2-1?distro=debian-12 status"});
}

TEST_CASE("the order of layers' files changes no name") {
  const Catalogers list{fake_cataloger({{Kind::directory, "d"}})};
  const Inventory one =
      inventory_of(list, {TarBuilder{}.file("d/a", "one 1").file("d/b", "two 1")});
  const Inventory two =
      inventory_of(list, {TarBuilder{}.file("d/b", "two 1"), TarBuilder{}.file("d/a", "one 1")});
  REQUIRE(one.packages.size() == 2);
  REQUIRE(two.packages.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) CHECK(one.packages[i].id == two.packages[i].id);
  CHECK(one.packages[0].id.size() == 16);
  CHECK(find_package(one, one.packages[1].id) == 1);
  CHECK_FALSE(find_package(one, "0"));
}

TEST_CASE("what cannot be read is told") {
  const Catalogers list{fake_cataloger({{Kind::directory, "d"}})};
  const TarBuilder base = TarBuilder{}.file("d/a", "fail broken");
  CHECK(inventory_of(list, {base}).remarks == std::vector<Remark>{{"d/a", "fake: broken"}});
  CHECK(inventory_of(list, {base, TarBuilder{}.whiteout("d/a")}).remarks.empty());
}

}  // namespace
}  // namespace lade::sbom
