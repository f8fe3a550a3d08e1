#include "sbom/format/sbom_format.h"

#include <catch2/catch.hpp>

#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "tests/sbom/format/full_inventory.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

std::string in_format(const std::string& format) {
  return write_sbom(full_inventory(), parse_format(format), example_options());
}

const Json* find_named(const Json& list, std::string_view name) {
  for (const Json& item : list) {
    if (item.at("name") == name) return &item;
  }
  return nullptr;
}

TEST_CASE("a format is named as syft names it, with a version if there is a choice") {
  CHECK(parse_format("spdx-json") == FormatChoice{SbomFormat::spdx_json, ""});
  CHECK(parse_format("cyclonedx-json@1.5") == FormatChoice{SbomFormat::cyclonedx_json, "1.5"});
  for (const std::string& name : format_names()) {
    CHECK(to_string(parse_format(name).format) == name);
  }
}

TEST_CASE("another format or version is refused with what there is") {
  const auto message = [](ErrorKind kind, const std::string& text) {
    return error_of(kind, [&] { parse_format(text); });
  };
  CHECK_THAT(message(ErrorKind::invalid, "spdx-jsn"), Catch::Contains("did you mean spdx-json?"));
  CHECK_THAT(message(ErrorKind::invalid, ""), Catch::Contains("there are spdx-json, spdx-tag"));
  CHECK_THAT(message(ErrorKind::unsupported, "cyclonedx-json@1.4"), Catch::Contains("1.6 1.5"));
  CHECK_THAT(message(ErrorKind::unsupported, "table@1"), Catch::Contains("none to choose"));
  CHECK_THAT(message(ErrorKind::unsupported, "spdx-json@"), Catch::Contains("2.3"));
}

TEST_CASE("two documents of the same content are the same, another time makes another") {
  const std::string once = in_format("cyclonedx-json");
  CHECK((once == in_format("cyclonedx-json")));
  WriteOptions later = example_options();
  later.created.seconds += 1;
  const std::string other = write_sbom(full_inventory(), parse_format("cyclonedx-json"), later);
  CHECK(parse_json(once, "once").at("serialNumber") !=
        parse_json(other, "other").at("serialNumber"));
  CHECK(parse_json(once, "once").at("metadata").at("timestamp") == "2023-11-14T22:13:20Z");
}

TEST_CASE("SPDX tells terms, source, identifiers and the hashes that it has names for") {
  const Json document = parse_json(in_format("spdx-json"), "the document");
  const Json* libc = find_named(document.at("packages"), "libc6");
  REQUIRE(libc != nullptr);
  CHECK(libc->at("licenseDeclared") == "GPL-2.0-only OR MIT");
  CHECK(libc->at("licenseConcluded") == "LGPL-2.1-or-later AND LicenseRef-debian-custom");
  CHECK(libc->at("sourceInfo") == "built package from: glibc 2.36-9+deb12u10");
  CHECK(libc->at("supplier") ==
        "Organization: GNU Libc Maintainers (debian-glibc@lists.debian.org)");
  CHECK(libc->at("packageFileName") == "libc6_2.36-9+deb12u10_amd64.deb");
  CHECK(libc->at("externalRefs").size() == 3);
  CHECK(libc->at("checksums").size() == 2);
  const Json& extracted = document.at("hasExtractedLicensingInfos");
  REQUIRE(extracted.size() == 1);
  CHECK(extracted[0].at("licenseId") == "LicenseRef-debian-custom");
  CHECK(extracted[0].at("extractedText") == "custom <terms> & more");
}

TEST_CASE("SPDX describes the image, which contains the distribution and what is not of it") {
  const Json document = parse_json(in_format("spdx-json"), "the document");
  CHECK(document.at("packages")[0].at("primaryPackagePurpose") == "CONTAINER");
  CHECK(document.at("packages")[1].at("primaryPackagePurpose") == "OPERATING_SYSTEM");
  const Json& relations = document.at("relationships");
  CHECK(relations[0].at("relationshipType") == "DESCRIBES");
  const auto count_of = [&](std::string_view id) {
    return std::count_if(relations.begin(), relations.end(), [&](const Json& item) {
      return item.at("spdxElementId") == id && item.at("relationshipType") == "CONTAINS";
    });
  };
  const auto of_system = count_of("SPDXRef-OperatingSystem");
  CHECK(of_system == 6);
  CHECK(static_cast<std::size_t>(count_of("SPDXRef-DocumentRoot") + of_system) ==
        document.at("packages").size() - 1);
}

TEST_CASE("CycloneDX tells layers, places, and what TR-03183-2 wants in its words") {
  const Json document = parse_json(in_format("cyclonedx-json"), "the document");
  const Json* libc = find_named(document.at("components"), "libc6");
  REQUIRE(libc != nullptr);
  const Json& properties = libc->at("properties");
  const auto value = [&](std::string_view name) {
    const Json* property = find_named(properties, name);
    return property == nullptr ? std::string("none") : property->at("value").get<std::string>();
  };
  CHECK(value("syft:location:1:path") == "var/lib/dpkg/status");
  CHECK(value("syft:location:0:layerID") == digest_of(std::string_view("app")).str());
  CHECK(value("lade:changed-layer:diff-id") == digest_of(std::string_view("app")).str());
  CHECK(value("lade:introduced-layer:diff-id") == digest_of(std::string_view("base")).str());
  CHECK(value("bsi:component:filename") == "libc6_2.36-9+deb12u10_amd64.deb");
  CHECK(value("bsi:component:executable") == "non-executable");
  CHECK(value("bsi:component:archive") == "archive");
  CHECK(value("bsi:component:structured") == "structured");
  CHECK(value("lade:hash") != "none");
  CHECK(libc->at("externalReferences")[1].at("hashes").size() == 2);
  CHECK(libc->at("manufacturer").at("contact")[0].at("email") == "debian-glibc@lists.debian.org");
}

TEST_CASE("CycloneDX 1.5 has none of what came with 1.6") {
  const std::string text = in_format("cyclonedx-json@1.5");
  CHECK(parse_json(text, "the document").at("specVersion") == "1.5");
  CHECK(text.find("acknowledgement") == std::string::npos);
  CHECK(text.find("\"manufacturer\"") == std::string::npos);
}

TEST_CASE("tag-value keeps the end of a text out of texts") {
  const std::string text = in_format("spdx-tag-value");
  CHECK_THAT(text,
             Catch::Contains("PackageDescription: <text>GNU C Library: <\\/text> \"shared\""));
  CHECK_THAT(text, Catch::Contains("PrimaryPackagePurpose: OPERATING-SYSTEM"));
}

TEST_CASE("syft's JSON calls types and sources what grype looks for") {
  const Json document = parse_json(in_format("syft-json"), "the document");
  const Json* libc = find_named(document.at("artifacts"), "libc6");
  REQUIRE(libc != nullptr);
  CHECK(libc->at("type") == "deb");
  CHECK(libc->at("metadataType") == "dpkg-db-entry");
  CHECK(libc->at("metadata").at("source") == "glibc");
  const Json* bash = find_named(document.at("artifacts"), "bash");
  REQUIRE(bash != nullptr);
  CHECK(bash->at("metadata").at("epoch") == 0);
  CHECK(bash->at("metadata").at("release") == "6.el9");
  CHECK(bash->at("metadata").at("sourceRpm") == "bash-5.1.8-6.el9.src.rpm");
  CHECK(find_named(document.at("artifacts"), "@babel/core") != nullptr);
}

TEST_CASE("GitHub's snapshot lists packages by the file that tells of them") {
  WriteOptions options = example_options();
  options.commit = std::string(40, 'a');
  options.ref = "refs/heads/main";
  options.correlator = "build";
  const Json document = parse_json(
      write_sbom(full_inventory(), parse_format("github-json"), options), "the document");
  CHECK(document.at("sha") == options.commit);
  CHECK(document.at("job").at("correlator") == "build");
  const Json& manifest =
      document.at("manifests").at("registry.example:5000/team/App:v1:/var/lib/dpkg/status");
  CHECK(manifest.at("resolved").size() == 1);
}

TEST_CASE("the table has a row for each package, sorted, and ends no line in blanks") {
  const std::vector<std::string> lines = split(in_format("table"), '\n');
  REQUIRE(lines.size() > 3);
  CHECK_THAT(lines[0], Catch::Matches("NAME +VERSION +TYPE +LICENSE"));
  CHECK_THAT(lines[1], Catch::StartsWith("@babel/core"));
  for (const std::string& line : lines) CHECK_FALSE(line.ends_with(' '));
}

TEST_CASE("lists of URLs have each once") {
  const std::vector<std::string> lines = split(in_format("purls"), '\n');
  CHECK(lines[0].starts_with("pkg:alpm/"));
  CHECK(std::adjacent_find(lines.begin(), lines.end()) == lines.end());
  CHECK(lines.back().empty());
}

TEST_CASE("the text form tells places and remarks") {
  const std::string text = in_format("text");
  CHECK_THAT(text, Catch::Contains(" Path: /opt/app.war:WEB-INF/lib/log4j.jar!/a.jar\n"));
  CHECK_THAT(text, Catch::Contains("! var/lib/dpkg/status: a stanza without a name"));
}

}  // namespace
}  // namespace lade::sbom
