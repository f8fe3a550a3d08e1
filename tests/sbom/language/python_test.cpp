#include <catch2/catch.hpp>

#include "sbom/language/factories.h"
#include "sbom/language/python_metadata.h"
#include "sbom/language/python_origin.h"
#include "sbom/language/python_place.h"
#include "sbom/language/python_record.h"
#include "sbom/language/python_requirement.h"
#include "tests/support/catalog_image.h"
#include "tests/support/expect_error.h"
#include "tests/support/zip_builder.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

const std::string site = "usr/lib/python3.11/site-packages/";

std::string metadata(const std::string& name, const std::string& version,
                     const std::string& rest = "") {
  return "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n" + rest;
}

Inventory inventory_of_python(const TarBuilder& tar) {
  return inventory_of({python_cataloger()}, {tar});
}

/// "name@version path" of each package.
Lines names_and_places(const Inventory& inventory) {
  Lines lines;
  for (const Package& package : inventory.packages) {
    lines.push_back(package.name + "@" + package.version + " " + package.locations.front().path);
  }
  return lines;
}

Lines python_edges(const Inventory& inventory, RelationKind kind = RelationKind::depends_on) {
  Lines lines;
  for (const Relation& relation : inventory.relations) {
    if (relation.kind != kind) continue;
    lines.push_back(inventory.packages[relation.from].name + " -> " +
                    inventory.packages[relation.to].name);
  }
  return lines;
}

Lines expressions_of(const Package& package) {
  Lines lines;
  for (const LicenseClaim& claim : package.licenses) lines.push_back(claim.expression);
  return lines;
}

TEST_CASE("names of Python packages have one form") {
  const auto [name, normal] = GENERATE(table<std::string, std::string>({
      {"Flask", "flask"},
      {"zope.interface", "zope-interface"},
      {"a__b-._c", "a-b-c"},
      {"ruamel.yaml.clib", "ruamel-yaml-clib"},
  }));
  CHECK(normalize_python_name(name) == normal);
}

TEST_CASE("metadata tell of their package") {
  const auto package = parse_python_metadata(
      "Metadata-Version: 2.1\r\nName: Book_Shelf\r\nVersion: 1.0\r\nSummary: Holds\r\n"
      "Author: A. Uthor\r\nAuthor-email: a@example.org\r\nHome-page: UNKNOWN\r\n"
      "Project-URL: Source, https://s.example/\r\nProject-URL: Homepage, https://h.example/\r\n"
      "License: MIT\r\nClassifier: License :: OSI Approved :: BSD License\r\n"
      "Requires-Dist: Board (>=1)\r\nRequires-Dist: nail; extra == 'fix'\r\n"
      "Requires-Dist: old ; python_version < \"3\"\r\n\r\nName: other\r\n",
      "3.11");
  REQUIRE(package);
  CHECK(package->name == "book-shelf");
  CHECK(package->version == "1.0");
  CHECK(package->description == "Holds");
  CHECK(package->supplier == "A. Uthor <a@example.org>");
  CHECK(package->homepage == "https://h.example/");
  CHECK(expressions_of(*package) == Lines{"MIT"});
  CHECK(package->depends == Lines{"board"});
}

TEST_CASE("an expression goes before the free field, which goes before classifiers") {
  const auto [fields, expressions] = GENERATE(table<std::string, Lines>({
      {"License: x\nLicense-Expression: MIT OR ISC\n", {"ISC OR MIT"}},
      {"License: ISC\nClassifier: License :: OSI Approved :: MIT License\n", {"ISC"}},
      {"License: BSD\nClassifier: License :: OSI Approved :: MIT License\n", {"MIT"}},
      {"License: BSD\nClassifier: License :: Odd\n", {"LicenseRef-BSD"}},
      {"License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n", {"MIT"}},
      {"Classifier: License :: OSI Approved\nClassifier: License :: Public Domain\n",
       {"LicenseRef-public-domain"}},
      {"License: The whole text\n        of the licence " + std::string(200, 'x') +
           "\nClassifier: License :: OSI Approved :: MIT License\n",
       {"MIT"}},
      {"License: Apache\n  Two\n", {"LicenseRef-Apache-Two"}},
      {"Classifier: Topic :: Software Development\n", {}},
  }));
  CAPTURE(fields);
  const auto package = parse_python_metadata(metadata("a", "1", fields), "");
  REQUIRE(package);
  CHECK(expressions_of(*package) == expressions);
}

TEST_CASE("markers are evaluated for an image") {
  const auto [marker, holds] = GENERATE(table<std::string, bool>({
      {"python_version < '3.8'", false},
      {"python_version >= \"3.8\" and python_version<'4'", true},
      {"python_version == '3.*'", true},
      {"python_version != '3.11'", false},
      {"python_version in '3.10 3.11'", true},
      {"'3.9' > python_version", false},
      {"sys_platform == 'win32'", false},
      {"sys_platform != 'win32' and extra == 'x'", false},
      {"os_name == 'nt' or platform_system == 'Linux'", true},
      {"(os_name == 'nt' or os_name == 'posix') and implementation_name == 'cpython'", true},
      {"platform_python_implementation == 'PyPy'", false},
      {"platform_machine == 'x86_64'", true},
      {"extra not in 'x'", false},
      {"platform_system not in 'Windows Darwin'", true},
      {"sys_platform == 'win32' and", true},
      {"nonsense", true},
      {"", true},
      {std::string(5000, '('), true},
  }));
  CAPTURE(marker);
  CHECK(marker_holds(marker, "3.11") == holds);
}

TEST_CASE("a version that is not known rules nothing out") {
  CHECK(marker_holds("python_version < '3.8'", ""));
  CHECK(marker_holds("python_version >= '3.8'", ""));
}

TEST_CASE("requirements name what they need") {
  const auto [requirement, name] = GENERATE(table<std::string, std::optional<std::string>>({
      {"Foo.Bar[baz,x] (>=1,<2)", "foo-bar"},
      {"foo", "foo"},
      {"foo@ https://example.org/foo.zip", "foo"},
      {"foo>=1; sys_platform == 'win32'", std::nullopt},
      {"  foo ~=1.0 ", "foo"},
      {"", std::nullopt},
      {">=1", std::nullopt},
  }));
  CAPTURE(requirement);
  CHECK(required_name(requirement, "3.11") == name);
}

TEST_CASE("a RECORD tells which metadata a package brought, none of them outside of the root") {
  const InstalledFiles files = parse_python_record(
      "a/__init__.py,sha256=x,10\r\n\"b,c \"\"d\"\"/METADATA\",sha256=x,5\na/b.pyc,,\n"
      "../../../share/PKG-INFO,sha256=x,100\n../../../../../../etc/METADATA,,7\n"
      "/opt/PKG-INFO,,-9\na-1.egg-info,,\nNOMETADATA,,\n\n,,3\n",
      "usr/lib/python3/site-packages");
  CHECK(files.paths ==
        "usr/lib/python3/site-packages/b,c \"d\"/METADATA\nusr/share/PKG-INFO\nopt/PKG-INFO\n"
        "usr/lib/python3/site-packages/a-1.egg-info\n");
  CHECK(files.size_bytes == 125);
  CHECK(parse_python_record(
            "a,,9223372036854775807\nb,,9223372036854775807\nc,,9223372036854775807", "")
            .size_bytes == 18446744073709551614U);
}

TEST_CASE("a long directory does not stand before every line of a RECORD") {
  const std::string directory(4000, 'd');
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "a\n";
  CHECK(parse_python_record(text, directory).paths.empty());
  CHECK(parse_installed_files(text, directory).paths.empty());
  text.clear();
  for (int i = 0; i < 10'000; ++i) text += "METADATA\n";
  CHECK(parse_python_record(text, directory).paths.size() < (2U << 20U));
  CHECK(parse_installed_files(text, directory).paths.size() < (2U << 20U));
}

TEST_CASE("metadata count by the place they lie in") {
  const auto [path, place] = GENERATE(table<std::string, PythonPlace>({
      {site + "a-1.dist-info", PythonPlace::installed},
      {site + "a-1.egg-info", PythonPlace::installed},
      {site + "a-1-py3.egg/EGG-INFO", PythonPlace::installed},
      {"usr/lib/python3/dist-packages/a.egg-info", PythonPlace::installed},
      {"var/task/a-1.dist-info", PythonPlace::installed},
      {site + "setuptools/_vendor/a-1.dist-info", PythonPlace::vendored},
      {site + "pkg_resources/tests/data/a.egg/EGG-INFO", PythonPlace::fixture},
      {"src/a.egg-info", PythonPlace::elsewhere},
      {"usr/lib/python2.7/wsgiref.egg-info", PythonPlace::elsewhere},
  }));
  CAPTURE(path);
  CHECK(python_place(path) == place);
}

TEST_CASE("an environment's packages are found in all their forms") {
  const Inventory inventory = inventory_of_python(
      TarBuilder{}
          .file(site + "A_Wheel-1.0.dist-info/METADATA", metadata("A_Wheel", "1.0"))
          .file(site + "A_Wheel-1.0.dist-info/RECORD", "a.py,sha256=x,1200\n")
          .file(site + "egg-2.0-py3.11.egg-info/PKG-INFO", metadata("egg", "2.0"))
          .file(site + "egg-2.0-py3.11.egg-info/requires.txt",
                "a.wheel\n\n[extra]\nsingle\n\n[:python_version<'3']\nsingle\n")
          .file(site + "single-3.0.egg-info", metadata("single", "3.0"))
          .file(site + "packed-4.0-py3.11.egg",
                ZipBuilder{}.file("EGG-INFO/PKG-INFO", metadata("packed", "4.0")).bytes())
          .file(site + "nameless-5.0.dist-info/METADATA", "Metadata-Version: 2.1\n")
          .file(site + "A_Wheel.egg-info/PKG-INFO", metadata("a-wheel", "1.0"))
          .file("src/built/built.egg-info/PKG-INFO", metadata("built", "6.0"))
          .file("src/dev/dev.egg-info/PKG-INFO", metadata("dev", "7.0"))
          .file(site + "dev.egg-link", "/src/dev\n.\n"));
  CHECK(names_and_places(inventory) ==
        Lines{"a-wheel@1.0 " + site + "A_Wheel-1.0.dist-info/METADATA",
              "dev@7.0 src/dev/dev.egg-info/PKG-INFO",
              "egg@2.0 " + site + "egg-2.0-py3.11.egg-info/PKG-INFO",
              "nameless@5.0 " + site + "nameless-5.0.dist-info/METADATA",
              "packed@4.0 " + site + "packed-4.0-py3.11.egg",
              "single@3.0 " + site + "single-3.0.egg-info"});
  CHECK(only_package(inventory, "a-wheel").installed_bytes == 1200);
  CHECK(only_package(inventory, "a-wheel").purl == "pkg:pypi/a-wheel@1.0");
  CHECK(python_edges(inventory) == Lines{"egg -> a-wheel"});
  CHECK(inventory.remarks.empty());
}

TEST_CASE("metadata without name and version are told of") {
  const Inventory inventory =
      inventory_of_python(TarBuilder{}.file(site + "a.dist-info/METADATA", "Name: a\n"));
  CHECK(inventory.packages.empty());
  CHECK(inventory.remarks ==
        std::vector<Remark>{{site + "a.dist-info/METADATA",
                             "python: neither it nor its directory has name and version"}});
}

TEST_CASE("what is vendored is contained by what its RECORD belongs to") {
  const std::string vendored = site + "big/_vendor/small-1.dist-info/METADATA";
  const Inventory inventory = inventory_of_python(
      TarBuilder{}
          .file(site + "big-2.dist-info/METADATA", metadata("big", "2"))
          .file(site + "big-2.dist-info/RECORD", "big/_vendor/small-1.dist-info/METADATA,,\n")
          .file(vendored, metadata("small", "1"))
          .file(site + "big/tests/fake-1.dist-info/METADATA", metadata("fake", "1")));
  CHECK(python_edges(inventory, RelationKind::contains) == Lines{"big -> small"});
  CHECK(only_package(inventory, "small").remarks == Lines{"vendored: inside of another package"});
  CHECK(inventory.packages.size() == 2);
}

TEST_CASE("needs are met from the system's directories of the same Python, and no other") {
  const std::string need = "Requires-Dist: b\n";
  const Inventory inventory = inventory_of_python(
      TarBuilder{}
          .file("usr/local/lib/python3.11/dist-packages/a-1.dist-info/METADATA",
                metadata("a", "1", need))
          .file("usr/lib/python3/dist-packages/b-1.egg-info/PKG-INFO", metadata("b", "1"))
          .file("usr/lib/python2.7/dist-packages/b-2.egg-info/PKG-INFO", metadata("b", "2"))
          .file("opt/venv/lib/python3.11/site-packages/c-1.dist-info/METADATA",
                metadata("c", "1", need)));
  REQUIRE(python_edges(inventory) == Lines{"a -> b"});
  CHECK(inventory.packages[inventory.relations[0].to].version == "1");
}

TEST_CASE("where a package came from is told") {
  const auto [json, download, remark] = GENERATE(table<std::string, std::string, std::string>({
      {R"({"url":"https://g.example/a","vcs_info":{"vcs":"git","commit_id":"1f2e"}})",
       "git+https://g.example/a@1f2e", ""},
      {R"({"url":"file:///src/a","dir_info":{"editable":true}})", "file:///src/a",
       "editable: its modules lie in file:///src/a"},
      {R"({"url":"https://e.example/a.whl","archive_info":{}})", "https://e.example/a.whl", ""},
  }));
  const Inventory inventory =
      inventory_of_python(TarBuilder{}
                              .file(site + "a-1.dist-info/METADATA", metadata("a", "1"))
                              .file(site + "a-1.dist-info/direct_url.json", json));
  const Package& package = only_package(inventory, "a");
  CHECK(package.download == download);
  CHECK(package.remarks == (remark.empty() ? Lines{} : Lines{remark}));
}

TEST_CASE("the hash of an archive is taken from either form") {
  const std::string hex(64, 'a');
  CHECK(parse_direct_url(R"({"archive_info":{"hash":"sha256=)" + hex + "\"}}", "x").sha256 == hex);
  CHECK(parse_direct_url(R"({"archive_info":{"hashes":{"sha256":")" + hex + "\"}}}", "x").sha256 ==
        hex);
  CHECK(parse_direct_url(R"({"archive_info":{"hash":"sha256=zz"}})", "x").sha256.empty());
  CHECK(error_of(ErrorKind::invalid, [] { parse_direct_url("{", "d.json"); }) ==
        "d.json is not valid JSON at line 1, column 2");
}

}  // namespace
}  // namespace lade::sbom
