#include "sbom/format/read_sbom.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "sbom/format/license_terms.h"
#include "tests/sbom/format/full_inventory.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

Inventory read(const std::string& text) { return read_sbom(text, "the file").inventory; }

std::string refusal(ErrorKind kind, const std::string& text) {
  return error_of(kind, [&] { read(text); });
}

TEST_CASE("what is no SBOM is refused with what it lacks") {
  CHECK_THAT(refusal(ErrorKind::invalid, ""), Catch::Contains("the file is empty"));
  CHECK_THAT(refusal(ErrorKind::invalid, " \n"), Catch::Contains("empty"));
  CHECK_THAT(refusal(ErrorKind::unsupported, "hello"), Catch::Contains("no SBOM"));
  CHECK_THAT(refusal(ErrorKind::unsupported, "{}"), Catch::Contains("neither SPDX, CycloneDX"));
  CHECK_THAT(refusal(ErrorKind::invalid, "[]"), Catch::Contains("no object"));
  CHECK_THAT(refusal(ErrorKind::invalid, "{"), Catch::Contains("line 1, column 2"));
  CHECK_THAT(refusal(ErrorKind::unsupported, R"({"predicate":{"predicate":{}}})"),
             Catch::Contains("neither"));
  CHECK_THAT(refusal(ErrorKind::unsupported, "<html/>"), Catch::Contains("root is <html>"));
  CHECK_THAT(refusal(ErrorKind::invalid, "<bom"), Catch::Contains("not valid XML"));
}

TEST_CASE("versions that are not read are named") {
  CHECK_THAT(refusal(ErrorKind::unsupported, R"({"spdxVersion":"SPDX-1.2"})"),
             Catch::Contains("SPDX-1.2"));
  CHECK_THAT(refusal(ErrorKind::unsupported, R"({"bomFormat":"CycloneDX","specVersion":"1.1"})"),
             Catch::Contains("CycloneDX 1.1"));
  CHECK_THAT(refusal(ErrorKind::unsupported, "SPDXVersion: SPDX-2.1\n"), Catch::Contains("2.1"));
  CHECK_THAT(
      refusal(ErrorKind::unsupported, R"(<bom xmlns="http://cyclonedx.org/schema/bom/1.0"/>)"),
      Catch::Contains("1.0"));
  CHECK_THAT(refusal(ErrorKind::unsupported,
                     R"({"@context":"x","@graph":[{"type":"CreationInfo","specVersion":"4.0"}]})"),
             Catch::Contains("SPDX 4.0"));
}

TEST_CASE("damaged documents are refused where they are damaged") {
  CHECK_THAT(refusal(ErrorKind::invalid, R"({"spdxVersion":"SPDX-2.3","packages":[{"name":"a"}]})"),
             Catch::Contains("packages[0]: \"SPDXID\" is missing"));
  CHECK_THAT(refusal(ErrorKind::invalid, R"({"spdxVersion":"SPDX-2.3","packages":{}})"),
             Catch::Contains("\"packages\" must be a list"));
  CHECK_THAT(
      refusal(ErrorKind::invalid,
              R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"x"}]})"),
      Catch::Contains("components[0]: \"name\" is missing"));
  CHECK_THAT(refusal(ErrorKind::invalid, "SPDXVersion: SPDX-2.3\nPackageName: a\n"),
             Catch::Contains("has no SPDXID"));
  CHECK_THAT(refusal(ErrorKind::invalid, "SPDXVersion: SPDX-2.3\nCreator: <text>a\nb"),
             Catch::Contains("line 2: <text> is not closed"));
  CHECK_THAT(refusal(ErrorKind::invalid, "SPDXVersion: SPDX-2.3\nnonsense\n"),
             Catch::Contains("line 2: a line must be"));
  CHECK_THAT(refusal(ErrorKind::invalid,
                     "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components>"
                     "<component type=\"library\"/></components></bom>"),
             Catch::Contains("has no name"));
}

TEST_CASE("components nested without end are refused") {
  std::string text = "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">";
  for (int i = 0; i < 200; ++i) text += "<components><component type=\"library\"><name>a</name>";
  for (int i = 0; i < 200; ++i) text += "</component></components>";
  CHECK_THAT(refusal(ErrorKind::invalid, text + "</bom>"), Catch::Contains("deeper than 64"));
}

TEST_CASE("CycloneDX as Trivy writes it gives packages, their sources and layers") {
  const std::string layer = "sha256:" + std::string(64, 'a');
  const Inventory inventory = read(fmt::format(
      R"sbom({{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{
        "tools":{{"components":[{{"type":"application","name":"trivy","version":"0.60.0"}}]}},
        "component":{{"bom-ref":"r","type":"container","name":"debian:12",
          "properties":[{{"name":"aquasecurity:trivy:DiffID","value":"{0}"}}]}}}},
      "components":[
        {{"bom-ref":"os","type":"operating-system","name":"debian","version":"12.10"}},
        {{"bom-ref":"lock","type":"application","name":"app/package-lock.json",
          "properties":[{{"name":"aquasecurity:trivy:Class","value":"lang-pkgs"}}]}},
        {{"bom-ref":"a","type":"library","name":"libc6","version":"2.36-9",
          "supplier":{{"name":"Somebody <s@example.org>"}},
          "licenses":[{{"license":{{"name":"GPL v2 (or later)"}}}}],
          "purl":"pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12.10",
          "properties":[{{"name":"aquasecurity:trivy:LayerDiffID","value":"{0}"}},
            {{"name":"aquasecurity:trivy:SrcName","value":"glibc"}},
            {{"name":"aquasecurity:trivy:SrcVersion","value":"2.36"}},
            {{"name":"aquasecurity:trivy:SrcRelease","value":"9"}}]}},
        {{"bom-ref":"b","type":"library","group":"org.example","name":"lib","version":"1",
          "purl":"pkg:maven/org.example/lib@1",
          "properties":[{{"name":"aquasecurity:trivy:FilePath","value":"opt/lib.jar"}}]}}],
      "dependencies":[{{"ref":"b","dependsOn":["a"]}}]}})sbom",
      layer));
  REQUIRE(inventory.packages.size() == 2);
  const Package& libc = inventory.packages[0];
  CHECK(libc.type == PackageType::deb);
  CHECK(libc.architecture == "amd64");
  CHECK(libc.source_name == "glibc");
  CHECK(libc.source_version == "2.36-9");
  REQUIRE(libc.licenses.size() == 1);
  CHECK(libc.licenses[0].expression == "LicenseRef-GPL-v2-or-later");
  CHECK(libc.licenses[0].written == "GPL v2 (or later)");
  CHECK(inventory.subject.layers.size() == 1);
  CHECK(inventory.distribution->version_id == "12.10");
  const Package& jar = inventory.packages[1];
  CHECK(jar.name_space == "org.example");
  REQUIRE(jar.locations.size() == 1);
  CHECK(jar.locations[0].path == "opt/lib.jar");
  CHECK(inventory.relations == std::vector<Relation>{{1, 0, RelationKind::depends_on}});
}

TEST_CASE("SPDX as syft writes it gives packages, places and owners") {
  const Inventory inventory = read(
      R"sbom({"spdxVersion":"SPDX-2.3","name":"image","creationInfo":{"created":"2024-01-02T03:04:05Z",
        "creators":["Organization: Anchore, Inc","Tool: syft-1.2.3"]},
      "packages":[
        {"name":"image","SPDXID":"SPDXRef-DocumentRoot-Image-image","versionInfo":"sha256:1",
         "primaryPackagePurpose":"CONTAINER"},
        {"name":"bash","SPDXID":"SPDXRef-Package-deb-bash-0123456789abcdef","versionInfo":"5.2",
         "supplier":"Person: Matthias Klose (doko@debian.org)",
         "sourceInfo":"acquired package info from DPKG DB: /var/lib/dpkg/status, /usr/share/x",
         "licenseDeclared":"GPL-3.0-or-later AND LicenseRef-x","licenseConcluded":"NOASSERTION",
         "externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl",
           "referenceLocator":
             "pkg:deb/debian/bash@5.2?arch=amd64&upstream=bash-src%405&distro=debian-12"}]},
        {"name":"six","SPDXID":"SPDXRef-Package-python-six-2","versionInfo":"1.16",
         "externalRefs":[
           {"referenceType":"purl","referenceLocator":"pkg:pypi/six@1.16"}]}],
      "relationships":[
        {"spdxElementId":"SPDXRef-Package-deb-bash-0123456789abcdef",
         "relatedSpdxElement":"SPDXRef-Package-python-six-2","relationshipType":"OTHER",
         "comment":"ownership-by-file-overlap: indicates that the parent owns the child"},
        {"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES",
         "relatedSpdxElement":"SPDXRef-DocumentRoot-Image-image"}]})sbom");
  CHECK(inventory.subject.name == "image");
  REQUIRE(inventory.packages.size() == 2);
  const Package& bash = inventory.packages[0];
  CHECK(bash.id == "0123456789abcdef");
  CHECK(bash.supplier == "Matthias Klose <doko@debian.org>");
  CHECK(bash.source_name == "bash-src");
  CHECK(license_terms(bash).declared == "GPL-3.0-or-later AND LicenseRef-x");
  CHECK(inventory.packages[1].id.size() == 16);
  CHECK(inventory.distribution->id == "debian");
  CHECK(inventory.distribution->version_id == "12");
  CHECK(inventory.relations == std::vector<Relation>{{1, 0, RelationKind::owned_by}});
}

TEST_CASE("older forms of CycloneDX are read: tools in a list, licences by id, nested components") {
  const SbomDocument document = read_sbom(
      R"(<?xml version="1.0"?><b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.3" version="1">
      <b:metadata><b:timestamp>2020-01-01T00:00:00Z</b:timestamp>
        <b:tools><b:tool><b:name>old</b:name><b:version>1</b:version></b:tool></b:tools></b:metadata>
      <b:components><b:component type="library"><b:name>outer</b:name><b:version>1</b:version>
        <b:licenses><b:license><b:id>MIT</b:id></b:license></b:licenses>
        <b:purl>pkg:npm/outer@1</b:purl>
        <b:components><b:component type="library"><b:name>inner</b:name><b:version>2</b:version>
          <b:purl>pkg:npm/inner@2</b:purl></b:component></b:components>
      </b:component></b:components></b:bom>)",
      "the file");
  CHECK(document.version == "1.3");
  CHECK(document.tools == std::vector<std::string>{"old 1"});
  REQUIRE(document.inventory.packages.size() == 2);
  CHECK(document.inventory.packages[0].name == "inner");
  CHECK(document.inventory.packages[1].licenses[0].expression == "MIT");
  CHECK(document.inventory.relations == std::vector<Relation>{{1, 0, RelationKind::contains}});
}

TEST_CASE("a document tells who made it, when, and in what form") {
  for (const std::string format :
       {"spdx-json", "spdx-tag-value", "spdx3-json", "cyclonedx-json", "cyclonedx-xml"}) {
    INFO(format);
    const SbomDocument document = read_sbom(
        write_sbom(full_inventory(), parse_format(format), example_options()), "the file");
    CHECK(document.author == "Example Team <sbom@example.org>");
    REQUIRE(document.tools.size() == 1);
    CHECK_THAT(document.tools[0], Catch::StartsWith("lade") && Catch::EndsWith("1.2.3"));
    CHECK(document.created == Timestamp{1'700'000'000, 0});
  }
}

TEST_CASE("nothing that the model knows is lost in SPDX and CycloneDX") {
  const Inventory original = full_inventory();
  for (const std::string format :
       {"spdx-json", "spdx-tag-value", "spdx3-json", "cyclonedx-json", "cyclonedx-xml"}) {
    INFO(format);
    const Inventory again = read(write_sbom(original, parse_format(format), example_options()));
    REQUIRE(again.packages.size() == original.packages.size());
    CHECK(again.relations == original.relations);
    CHECK(again.distribution == original.distribution);
    for (std::size_t i = 0; i < original.packages.size(); ++i) {
      const Package& left = original.packages[i];
      const Package& right = again.packages[i];
      INFO(left.name);
      CHECK(left.id == right.id);
      CHECK(left.type == right.type);
      CHECK(left.name_space == right.name_space);
      CHECK(left.name == right.name);
      CHECK(left.version == right.version);
      CHECK(left.licenses == right.licenses);
      CHECK(left.supplier == right.supplier);
      CHECK(left.hashes == right.hashes);
      CHECK(left.cpes == right.cpes);
      CHECK(left.locations == right.locations);
      CHECK(left.depends == right.depends);
      CHECK(left.source_version == right.source_version);
      CHECK(left.installed_bytes == right.installed_bytes);
      CHECK(left.changed_layer == right.changed_layer);
      CHECK(left.remarks == right.remarks);
      CHECK(left.qualifiers == right.qualifiers);
    }
    CHECK(again.subject.layers.size() == 2);
    CHECK(again.subject.manifest == original.subject.manifest);
  }
}

TEST_CASE("an SBOM inside of an in-toto statement is read, a byte order mark passed over") {
  const std::string inner =
      R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[
        {"type":"library","name":"a","version":"1"}]})";
  CHECK(read(R"({"_type":"https://in-toto.io/Statement/v1","predicate":)" + inner + "}")
            .packages.size() == 1);
  CHECK(read("\xEF\xBB\xBF" + inner).packages.size() == 1);
}

}  // namespace
}  // namespace lade::sbom
