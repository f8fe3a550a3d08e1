#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/sbom_place.h"
#include "tests/sbom/catalog/fake_cataloger.h"
#include "tests/support/catalog_image.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view spdx_of_server = R"({
  "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "SPDX document for server",
  "documentDescribes": ["SPDXRef-server"],
  "packages": [
    {"SPDXID": "SPDXRef-server", "name": "server", "versionInfo": "15.4.0", "externalRefs": [
      {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
       "referenceLocator": "pkg:bitnami/server@15.4.0"}]},
    {"SPDXID": "SPDXRef-a", "name": "left", "versionInfo": "1.0.0", "externalRefs": [
      {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
       "referenceLocator": "pkg:npm/left@1.0.0"}]},
    {"SPDXID": "SPDXRef-b", "name": "right", "versionInfo": "2.0.0", "externalRefs": [
      {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
       "referenceLocator": "pkg:npm/right@2.0.0"}]},
    {"SPDXID": "SPDXRef-c", "name": "bash", "versionInfo": "5.2-1", "externalRefs": [
      {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
       "referenceLocator": "pkg:deb/debian/bash@5.2-1?arch=amd64"}]},
    {"SPDXID": "SPDXRef-d", "name": "sources", "versionInfo": "9", "externalRefs": [
      {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
       "referenceLocator": "pkg:github/x/sources@9"}]}],
  "relationships": [
    {"spdxElementId": "SPDXRef-b", "relationshipType": "DEPENDS_ON",
     "relatedSpdxElement": "SPDXRef-a"}]})";

Lines shown(const Inventory& inventory) {
  Lines lines;
  for (const Package& package : inventory.packages) {
    std::string line = package.purl;
    for (const Location& location : package.locations) line += " " + location.path;
    lines.push_back(line);
  }
  return lines;
}

Catalogers with_databases() {
  Catalogers list{fake_cataloger({{PathRule::Kind::path, "status"}}, PackageType::deb, "dpkg"),
                  fake_cataloger({{PathRule::Kind::name, "package"}}, PackageType::npm, "npm")};
  add_binary_catalogers(list);
  return list;
}

TEST_CASE("SBOMs are known by their names and places") {
  for (const char* path :
       {"opt/bitnami/postgresql/.spdx-postgresql.spdx", "var/lib/db/sbom/bash-5.2-r1.spdx.json",
        "usr/share/x.cdx.json", "app/bom.json", "BOM.XML", "app/sbom.json", "x/App.CycloneDX.json",
        "site-packages/a-1.dist-info/sboms/lib.cdx.json"}) {
    CAPTURE(path);
    CHECK(is_sbom_path(path));
  }
  for (const char* path : {"app/package.json", "app/mybom.json", "app/x.json", "spdx",
                           "app/node_modules/a/bom.json", "src/tests/data/x.spdx.json"}) {
    CAPTURE(path);
    CHECK_FALSE(is_sbom_path(path));
  }
}

TEST_CASE("an SBOM in the image tells of packages that nothing else does") {
  const Inventory inventory = inventory_of(
      with_databases(), {TarBuilder{}
                             .file("app/package", "left 1.0.0")
                             .file("opt/server/.spdx-server.spdx", std::string(spdx_of_server))});
  CHECK(shown(inventory) ==
        Lines{"pkg:deb/debian/bash@5.2-1?arch=amd64 opt/server/.spdx-server.spdx",
              "pkg:generic/server@15.4.0 opt/server/.spdx-server.spdx",
              "pkg:npm/left@1.0.0 app/package",
              "pkg:npm/right@2.0.0 opt/server/.spdx-server.spdx"});
  CHECK(inventory.relations == std::vector<Relation>{{1, 0, RelationKind::described_by},
                                                     {1, 2, RelationKind::described_by},
                                                     {1, 3, RelationKind::described_by},
                                                     {3, 2, RelationKind::depends_on}});
  CHECK(inventory.packages[3].remarks == Lines{"told by an SBOM in the image"});
  CHECK(inventory.packages[3].cataloger == "sbom");
}

TEST_CASE("a database of packages knows better than an SBOM what is installed") {
  const Inventory inventory = inventory_of(
      with_databases(),
      {TarBuilder{}.file("status", "dash 0.5").file("x.spdx.json", std::string(spdx_of_server))});
  CHECK(shown(inventory) ==
        Lines{"pkg:deb/dash@0.5 status", "pkg:generic/server@15.4.0 x.spdx.json",
              "pkg:npm/left@1.0.0 x.spdx.json", "pkg:npm/right@2.0.0 x.spdx.json"});
}

TEST_CASE("what one SBOM told another one tells no more") {
  const Inventory inventory =
      inventory_of(with_databases(), {TarBuilder{}
                                          .file("a.spdx.json", std::string(spdx_of_server))
                                          .file("b.spdx.json", std::string(spdx_of_server))});
  CHECK(shown(inventory) == Lines{"pkg:deb/debian/bash@5.2-1?arch=amd64 a.spdx.json",
                                  "pkg:generic/server@15.4.0 a.spdx.json",
                                  "pkg:npm/left@1.0.0 a.spdx.json",
                                  "pkg:npm/right@2.0.0 a.spdx.json"});
  CHECK(inventory.remarks.empty());
}

TEST_CASE("files that are named as SBOMs and are none are passed over or told of") {
  const auto cataloger = make_sbom_cataloger();
  const auto read = [&](std::string_view text) {
    return cataloger->read({.path = "bom.json", .content = as_bytes(text)});
  };
  CHECK_FALSE(read(R"({"parts":["screw"]})"));
  CHECK_FALSE(read(R"({"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","packages":[]})"));
  error_of(ErrorKind::invalid, [&] { read("{"); });
  error_of(ErrorKind::invalid, [&] { read(std::string(1000, '[')); });
}

TEST_CASE("the SBOM of an image in an image names no package for that image") {
  const auto find = make_sbom_cataloger()->read(
      {.path = "sbom.json",
       .content =
           as_bytes(R"({"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":)"
                    R"({"type":"container","name":"registry.example/app","version":"1"}},)"
                    R"("components":[{"type":"library","name":"a","version":"1",)"
                    R"("purl":"pkg:npm/a@1"}]})")});
  REQUIRE(find);
  REQUIRE(find->packages.size() == 1);
  CHECK(find->packages[0].package.name == "a");
  CHECK(find->note.empty());
}

}  // namespace
}  // namespace lade::sbom
