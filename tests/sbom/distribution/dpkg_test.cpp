#include "sbom/distribution/dpkg.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "tests/sbom/catalog/fake_cataloger.h"
#include "tests/sbom/distribution/distribution_fixture.h"
#include "tests/sbom/distribution/programs.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view database = "var/lib/dpkg/status";

std::string stanza(const std::string& name, const std::string& version,
                   const std::string& more = "") {
  return fmt::format(
      "Package: {}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {}\n{}\n", name,
      version, more);
}

TEST_CASE("a record of dpkg's status file is read whole") {
  const Find find = find_of("dpkg", database,
                            "Package: libc6\n"
                            "Status: install ok installed\n"
                            "Priority: optional\n"
                            "Installed-Size: 12986\n"
                            "Maintainer: GNU Libc Maintainers <libc@example.org>\n"
                            "Architecture: amd64\n"
                            "Multi-Arch: same\n"
                            "Source: glibc (2.36-9+deb12u9)\n"
                            "Version: 2.36-9+deb12u10\n"
                            "Provides: libc (= 2), virtual-one\n"
                            "Pre-Depends: first (>= 1)\n"
                            "Depends: libgcc-s1,\n second:any | third\n"
                            "Conffiles:\n"
                            " /etc/ld.so.conf.d/x.conf d4e7a7b88a71b5ffd9e2644e71a0cfab\n"
                            "Description: GNU C Library: Shared libraries\n"
                            " Contains the standard libraries.\n"
                            "Homepage: https://www.gnu.org/software/libc/libc.html\n");
  REQUIRE(find.packages.size() == 1);
  CHECK(find.problem.empty());
  const Package& package = find.packages[0].package;
  CHECK(package.type == PackageType::deb);
  CHECK(package.name == "libc6");
  CHECK(package.version == "2.36-9+deb12u10");
  CHECK(package.architecture == "amd64");
  CHECK(package.source_name == "glibc");
  CHECK(package.source_version == "2.36-9+deb12u9");
  CHECK(package.supplier == "GNU Libc Maintainers <libc@example.org>");
  CHECK(package.homepage == "https://www.gnu.org/software/libc/libc.html");
  CHECK(package.description == "GNU C Library: Shared libraries");
  CHECK(package.installed_bytes == 12986U * 1024U);
  CHECK(package.depends == Lines{"first (>= 1)", "libgcc-s1", "second:any | third"});
  CHECK(package.provides == Lines{"libc (= 2)", "virtual-one"});
}

TEST_CASE("the status tells which packages are there, and in which state") {
  const std::vector<std::tuple<std::string, bool, std::string>> rows{
      {"install ok installed", true, ""},
      {"hold ok installed", true, ""},
      {"deinstall ok installed", true, ""},
      {"install ok triggers-pending", true, ""},
      {"install ok triggers-awaited", true, ""},
      {"deinstall ok config-files", false, ""},
      {"purge ok not-installed", false, ""},
      {"install ok unpacked", true, "unpacked: not configured"},
      {"install ok half-configured", true, "half-configured: not configured"},
      {"install ok half-installed", true, "half-installed: files may be missing"},
      {"install reinstreq half-installed", true, "half-installed, to be reinstalled"},
  };
  for (const auto& [status, is_there, remark] : rows) {
    INFO(status);
    const Find find =
        find_of("dpkg", database, fmt::format("Package: a\nStatus: {}\nVersion: 1\n", status));
    REQUIRE(find.packages.size() == (is_there ? 1 : 0));
    CHECK(find.problem.empty());
    if (!is_there) continue;
    CHECK(find.packages[0].package.remarks == (remark.empty() ? Lines{} : Lines{remark}));
  }
}

TEST_CASE("a record without a status is told in the database and usual in a fragment") {
  const std::string text = "Package: a\nVersion: 1\n";
  CHECK(find_of("dpkg", database, text).packages.at(0).package.remarks ==
        Lines{"without a status"});
  CHECK(find_of("dpkg", "var/lib/dpkg/status.d/a", text).packages.at(0).package.remarks.empty());
}

TEST_CASE("faults of a status file are told and cost no other package") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"Version: 1\nStatus: install ok installed\n", "line 1: a package without a name"},
      {"Package:\nVersion: 1\n", "line 1: a package without a name"},
      {"Package: a\n b\nVersion: 1\n", "line 1: a package without a name"},
      {"no field\n", "line 1 is no field: no field"},
      {": value\n", "line 1 is no field: "},
      {"Package: x\n", "x has no version"},
      {"\x01\x02\n", "line 1 is no field: \\x01\\x02"},
      {"no field\nnor this\n\nPackage: x\n", "line 1 is no field: no field (and 2 more faults)"},
  };
  for (const auto& [text, problem] : rows) {
    INFO(text);
    const Find find = find_of("dpkg", database, text + "\n" + stanza("good", "1"));
    CHECK(find.problem == problem);
    REQUIRE_FALSE(find.packages.empty());
    CHECK(find.packages.back().package.name == "good");
  }
}

TEST_CASE("a status file made to exhaust memory is read within bounds") {
  std::string empty_lines;
  empty_lines.resize(10'000'000, '\n');
  CHECK(find_of("dpkg", database, empty_lines).packages.empty());

  std::string line;
  line.resize(64U << 20U, 'x');
  const Find field = find_of("dpkg", database, "Package: a\nVersion: 1\nDepends: " + line + "\n");
  REQUIRE(field.packages.size() == 1);
  CHECK(field.packages[0].package.depends.empty());
  CHECK(field.problem ==
        fmt::format("line 3: Depends of {} bytes is longer than 1048576", line.size()));
  CHECK(find_of("dpkg", database, line).problem.starts_with("line 1 is no field: xxxx"));

  std::string text;
  for (int i = 0; i < 110'000; ++i) text += "Package: a\nVersion: 1\n\n";
  const Find packages = find_of("dpkg", "var/lib/dpkg/status.d/a", text);
  CHECK(packages.packages.size() == 100'000);
  CHECK(packages.problem == "more than 100000 packages");

  std::string needs;
  for (int i = 0; i < 3; ++i) {
    needs += "Package: a\nVersion: 1\nDepends: ";
    for (int n = 0; n < 500'000; ++n) needs += "b,";
    needs += "\n\n";
  }
  const Find with_needs = find_of("dpkg", "var/lib/dpkg/status.d/a", needs);
  CHECK(with_needs.packages.size() == 3);
  CHECK(with_needs.problem == "more than 1000000 dependencies");
}

TEST_CASE("needs lead to what is installed, alternatives, virtual names and architectures too") {
  const auto arch = [](const std::string& name, const std::string& architecture,
                       const std::string& more = "") {
    return fmt::format(
        "Package: {}\nStatus: install ok installed\nArchitecture: {}\nVersion: 1\n{}\n", name,
        architecture, more);
  };
  const std::vector<std::pair<std::string, Lines>> rows{
      {stanza("a", "1", "Depends: b\n") + stanza("b", "1"), {"a > b"}},
      {stanza("a", "1", "Pre-Depends: b (>= 1), c\n") + stanza("b", "1"), {"a > b"}},
      {stanza("a", "1", "Recommends: b\n") + stanza("b", "1"), {}},
      {stanza("a", "1", "Depends: x | b | c\n") + stanza("b", "1") + stanza("c", "1"), {"a > b"}},
      {stanza("a", "1", "Depends: mta\n") + stanza("b", "1", "Provides: mta (= 2), y\n"),
       {"a > b"}},
      {stanza("a", "1", "Depends: b\n") + stanza("b", "1") + stanza("c", "1", "Provides: b\n"),
       {"a > b"}},
      {stanza("a", "1", "Depends: b:any (>= 1)\n") + stanza("b", "1"), {"a > b"}},
      {stanza("a", "1", "Depends: a\n"), {}},
      {stanza("a", "1", "Depends: b\n") + stanza("b", "1", "Depends: a\n"), {"a > b", "b > a"}},
      {arch("a", "amd64", "Depends: b:i386\n") + arch("b", "i386") + arch("b", "amd64"), {"a > b"}},
      {arch("a", "amd64", "Depends: b\n") + arch("b", "all"), {"a > b"}},
      {arch("a", "all", "Depends: b\n") + arch("b", "amd64"), {"a > b"}},
      {arch("a", "amd64", "Depends: b\n") + arch("b", "i386"), {"a > b"}},
  };
  for (const auto& [status, edges] : rows) {
    INFO(status);
    CHECK(edges_of(inventory_of({TarBuilder{}.file(std::string(database), status)})) == edges);
  }
}

TEST_CASE("of two architectures a need means the one of the package that has it") {
  const std::string status =
      "Package: a\nArchitecture: i386\nVersion: 1\nStatus: install ok installed\nDepends: b\n\n"
      "Package: b\nArchitecture: amd64\nVersion: 1\nStatus: install ok installed\n\n"
      "Package: b\nArchitecture: i386\nVersion: 1\nStatus: install ok installed\n";
  const Inventory inventory = inventory_of({TarBuilder{}.file(std::string(database), status)});
  REQUIRE(inventory.relations.size() == 1);
  CHECK(inventory.packages[inventory.relations[0].to].architecture == "i386");
}

TEST_CASE("a virtual name that all provide does not square the edges") {
  std::string status;
  for (int i = 0; i < 2000; ++i) {
    status += stanza(fmt::format("p{}", i), "1", "Depends: all\nProvides: all\n");
  }
  const Inventory inventory = inventory_of({TarBuilder{}.file(std::string(database), status)});
  CHECK(inventory.relations.size() >= 2000 * 7);
  CHECK(inventory.relations.size() <= 2000 * 8);
}

TEST_CASE("packages of dpkg are attributed to the layers that brought them and their version") {
  const auto layer = [](const std::string& status) {
    return TarBuilder{}.file(std::string(database), status);
  };
  const Inventory inventory = inventory_of({
      layer(stanza("old", "1") + stanza("upgraded", "1") + stanza("back", "1")),
      TarBuilder{}.file("other"),
      layer(stanza("old", "1") + stanza("upgraded", "2") + stanza("new", "1")),
      layer(stanza("old", "1") + stanza("upgraded", "2") + stanza("new", "1") +
            stanza("back", "1")),
  });
  const std::vector<std::tuple<std::string, std::size_t, std::size_t>> rows{
      {"old", 0, 0}, {"upgraded", 0, 2}, {"new", 2, 2}, {"back", 3, 3}};
  CHECK(inventory.packages.size() == rows.size());
  for (const auto& [name, introduced, changed] : rows) {
    INFO(name);
    const Package& package = only_package(inventory, name);
    CHECK(package.introduced_layer == introduced);
    CHECK(package.changed_layer == changed);
    CHECK(package.locations == std::vector<Location>{{std::string(database), "", 3}});
  }
}

TEST_CASE("distroless fragments are packages that own what their sums name") {
  const Inventory inventory = inventory_of(
      {TarBuilder{}
           .file("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12.4\n")
           .file("var/lib/dpkg/status.d/base.md5sums",
                 "d41d8cd98f00b204e9800998ecf8427e  usr/lib/os-release\n")
           .file("var/lib/dpkg/status.d/libc6", "Package: libc6\nVersion: 2.36\n"),
       TarBuilder{}.file("var/lib/dpkg/status.d/libc6", "Package: libc6\nVersion: 2.37\n")});
  CHECK(versions_of(inventory) == Lines{"base-files 12.4", "libc6 2.37"});
  CHECK(only_package(inventory, "libc6").introduced_layer == 0);
  CHECK(only_package(inventory, "libc6").changed_layer == 1);
  CHECK(inventory.remarks.empty());
}

TEST_CASE("the lists of dpkg are read for what packages own") {
  CHECK(find_of("dpkg", "var/lib/dpkg/info/a:amd64.list", "/.\n/usr\n/usr/bin/a\n/../b\n")
            .owned_paths == "usr\nusr/bin/a\n");
  CHECK(find_of("dpkg", "var/lib/dpkg/status.d/a.md5sums",
                "d41d8cd98f00b204e9800998ecf8427e  usr/bin/a b\nnonsense\n")
            .owned_paths == "usr/bin/a b\n");
}

TEST_CASE("a copyright file says the licences, in the directory of another package too") {
  const std::string copyright =
      "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
      "Files: *\nCopyright: 2020 A. Name\nLicense: Expat\n\n"
      "Files: lib/*\nCopyright: 2021 B. Name\nLicense: BSD-3-clause\n\n";
  const Inventory inventory = inventory_of(
      {TarBuilder{}
           .file(std::string(database), stanza("a", "1") + stanza("b", "1") + stanza("c", "1"))
           .file("usr/share/doc/a/copyright", copyright)
           .symlink("usr/share/doc/b", "a")
           .file("usr/share/doc/c/changelog", "")});
  const std::vector<LicenseClaim> claims{{.expression = "MIT",
                                          .evidence = LicenseEvidence::copyright,
                                          .path = "usr/share/doc/a/copyright"},
                                         {.expression = "BSD-3-Clause AND MIT",
                                          .evidence = LicenseEvidence::copyright,
                                          .path = "usr/share/doc/a/copyright"}};
  CHECK(only_package(inventory, "a").licenses == claims);
  CHECK(only_package(inventory, "b").licenses == claims);
  CHECK(only_package(inventory, "c").licenses.empty());
}

TEST_CASE("names of packages that are paths or too long find no files") {
  for (const std::string& name : {std::string("../../../etc"), std::string("a/b"), std::string("."),
                                  std::string("a\0b", 3), std::string(100'000, 'n')}) {
    const Inventory inventory =
        inventory_of({TarBuilder{}
                          .file(std::string(database), stanza(name, "1"))
                          .file("etc/copyright", "License: MIT\n")
                          .file("var/lib/dpkg/status.d/x", stanza(name, "2"))});
    CHECK(inventory.packages.size() == 2);
    for (const Package& package : inventory.packages) CHECK(package.licenses.empty());
  }
}

TEST_CASE("dpkg's cataloger wants no other files of its directories") {
  const auto cataloger = make_dpkg_cataloger();
  for (const std::string_view path :
       {"var/lib/dpkg/info/a.postinst", "var/lib/dpkg/info/a.md5sums", "usr/share/doc/copyright",
        "opt/a/copyright", "usr/share/doc/a/b/copyright"}) {
    INFO(path);
    CHECK_FALSE(cataloger->wants(path, 1));
  }
  CHECK(cataloger->wants("usr/share/doc/a/copyright", 1));
}

TEST_CASE("the packages of this machine are those that dpkg-query tells") {
  if (!have("dpkg-query")) return;
  const std::string status = read_file("/var/lib/dpkg/status", 64U << 20U);
  const Inventory inventory = inventory_of({TarBuilder{}.file(std::string(database), status)});
  CHECK(inventory.remarks.empty());
  Lines ours;
  for (const Package& package : inventory.packages) {
    ours.push_back(fmt::format(
        "installed|{}|{}|{}|{}|{}|{}|{}|{}", package.name, package.version, package.architecture,
        package.source_name.empty() ? package.name : package.source_name,
        package.source_name.empty() ? package.version : package.source_version,
        package.installed_bytes / 1024, package.homepage, package.description));
  }
  std::sort(ours.begin(), ours.end());
  Lines theirs = sorted_lines(
      output_of({"dpkg-query", "-W", "-f",
                 "${db:Status-Status}|${Package}|${Version}|${Architecture}|${source:Package}|"
                 "${source:Version}|${Installed-Size}|${Homepage}|${binary:Summary}\\n"}));
  std::erase_if(theirs, [](const std::string& line) { return !line.starts_with("installed|"); });
  for (std::string& line : theirs) line = trim(line);
  CHECK(ours.size() > 50);
  CHECK(differences(theirs, ours) == Lines{});
  std::vector<bool> has_needs(inventory.packages.size(), false);
  for (const Relation& relation : inventory.relations) has_needs[relation.from] = true;
  for (std::size_t i = 0; i < inventory.packages.size(); ++i) {
    INFO(inventory.packages[i].name);
    // a need of what it provides itself is none
    if (inventory.packages[i].provides.empty()) {
      CHECK(has_needs[i] == !inventory.packages[i].depends.empty());
    }
  }
}

/// Headers of this machine that packages own, a few hundred of them.
Lines some_owned_headers() {
  Lines headers;
  for (const std::string& name : list_names("/var/lib/dpkg/info")) {
    if (!name.ends_with(".list")) continue;
    for (const std::string& path :
         split(read_file("/var/lib/dpkg/info/" + name, 64U << 20U), '\n')) {
      if (!path.ends_with(".h") || path.find(' ') != std::string::npos) continue;
      headers.push_back(path);
      break;
    }
  }
  return headers;
}

TEST_CASE("what packages of this machine own is what dpkg-query tells") {
  if (!have("dpkg-query")) return;
  const Lines headers = some_owned_headers();
  if (headers.empty()) {
    WARN("skipped: no package here owns a header");
    return;
  }
  TarBuilder tar;
  tar.file(std::string(database), read_file("/var/lib/dpkg/status", 64U << 20U));
  for (const std::string& name : list_names("/var/lib/dpkg/info")) {
    const std::string path = "/var/lib/dpkg/info/" + name;
    if (name.ends_with(".list")) tar.file(path.substr(1), read_file(path, 64U << 20U));
  }
  // each is the package of a language to the catalogers, so that it has an owner
  for (const std::string& header : headers) tar.file(header.substr(1), header + " 1");
  Catalogers list = distribution_catalogers();
  list.push_back(fake_cataloger({{PathRule::Kind::extension, "h"}}));
  Lines ours = edges_of(inventory_of(list, {tar}), RelationKind::owned_by);
  ours.erase(std::unique(ours.begin(), ours.end()), ours.end());
  std::vector<std::string> query{"dpkg-query", "-S"};
  query.insert(query.end(), headers.begin(), headers.end());
  Lines theirs;
  for (const std::string& line : sorted_lines(output_of(query))) {
    if (line.starts_with("diversion ")) continue;
    const std::size_t gap = line.find(": ");
    for (const std::string& owner : split(line.substr(0, gap), ',')) {
      const std::string name(trim(owner.substr(0, owner.find(':'))));
      theirs.push_back(line.substr(gap + 2) + " > " + name);
    }
  }
  std::sort(theirs.begin(), theirs.end());
  CHECK(differences(theirs, ours) == Lines{});
}

}  // namespace
}  // namespace lade::sbom
