#include "sbom/distribution/apk.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/sbom/distribution/distribution_fixture.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view installed = "lib/apk/db/installed";

const std::string musl =
    "C:Q1ywzc7O87gXcmRMgBKiM1uDDm7fI=\n"
    "P:musl\n"
    "V:1.2.4_git20230717-r4\n"
    "A:x86_64\n"
    "S:407278\n"
    "I:667648\n"
    "T:the musl c library (libc) implementation\n"
    "U:https://musl.libc.org/\n"
    "L:MIT\n"
    "o:musl\n"
    "m:A. Name <a@example.org>\n"
    "t:1699267222\n"
    "c:0e4bc2f5ff16d9b8d4a7ad3d9fbf9b14b4b05f3e\n"
    "p:so:libc.musl-x86_64.so.1=1\n"
    "F:lib\n"
    "R:ld-musl-x86_64.so.1\n"
    "a:0:0:755\n"
    "Z:Q1QRTGbFMkDDBrDLPSUDPFNbS5tBk=\n"
    "R:libc.musl-x86_64.so.1\n"
    "a:0:0:777\n"
    "F:\n"
    "R:top\n"
    "\n";
const std::string busybox =
    "P:busybox-binsh\n"
    "V:1.36.1-r15\n"
    "A:x86_64\n"
    "L:GPL-2.0-only\n"
    "o:busybox\n"
    "D:busybox=1.36.1-r15 !dash-binsh\n"
    "p:/bin/sh cmd:sh=1.36.1-r15\n"
    "\n"
    "P:busybox\n"
    "V:1.36.1-r15\n"
    "A:x86_64\n"
    "D:so:libc.musl-x86_64.so.1 /bin/env\n"
    "F:bin\n"
    "R:busybox\n"
    "\n"
    "P:coreutils\n"
    "V:9.4-r1\n"
    "D:cmd:sh>1 musl~1.2 absent\n"
    "F:usr/bin\n"
    "R:env\n";

TEST_CASE("a record of apk's database is read whole") {
  const Find find = find_of("apk", installed, musl);
  REQUIRE(find.packages.size() == 1);
  CHECK(find.problem.empty());
  const Package& package = find.packages[0].package;
  CHECK(package.type == PackageType::apk);
  CHECK(package.name == "musl");
  CHECK(package.version == "1.2.4_git20230717-r4");
  CHECK(package.architecture == "x86_64");
  CHECK(package.installed_bytes == 667648);
  CHECK(package.description == "the musl c library (libc) implementation");
  CHECK(package.homepage == "https://musl.libc.org/");
  CHECK(package.supplier == "A. Name <a@example.org>");
  CHECK(package.source_name.empty());
  REQUIRE(package.licenses.size() == 1);
  CHECK(package.licenses[0].expression == "MIT");
  CHECK(package.hashes ==
        std::vector<PackageHash>{{"sha1", "cb0cdcecef3b81772644c8012a2335b830e6edf2"}});
  CHECK(package.provides == Lines{"so:libc.musl-x86_64.so.1=1"});
  CHECK(owned_paths_of(find) ==
        std::vector<std::string_view>{"lib/ld-musl-x86_64.so.1\nlib/libc.musl-x86_64.so.1\ntop\n"});
}

TEST_CASE("needs of apk lead to names, provisions and files") {
  for (const std::string path : {"lib/apk/db/installed", "usr/lib/apk/db/installed"}) {
    const Inventory inventory = inventory_of({TarBuilder{}.file(path, musl + busybox)});
    CHECK(versions_of(inventory) == Lines{"busybox 1.36.1-r15", "busybox-binsh 1.36.1-r15",
                                          "coreutils 9.4-r1", "musl 1.2.4_git20230717-r4"});
    CHECK(edges_of(inventory) == Lines{"busybox > coreutils", "busybox > musl",
                                       "busybox-binsh > busybox", "coreutils > busybox-binsh",
                                       "coreutils > musl"});
    CHECK(inventory.remarks.empty());
    CHECK(only_package(inventory, "busybox-binsh").source_name == "busybox");
    CHECK(only_package(inventory, "busybox-binsh").source_version == "1.36.1-r15");
  }
}

TEST_CASE("packages of apk are attributed to their layers") {
  const std::string newer = "P:musl\nV:1.2.5-r0\nA:x86_64\n\n" + busybox;
  const Inventory inventory = inventory_of({TarBuilder{}.file(std::string(installed), musl),
                                            TarBuilder{}.file(std::string(installed), newer)});
  CHECK(only_package(inventory, "musl").introduced_layer == 0);
  CHECK(only_package(inventory, "musl").changed_layer == 1);
  CHECK(only_package(inventory, "busybox").introduced_layer == 1);
}

TEST_CASE("faults of apk's database are told and cost no other package") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"P:x\nA:noarch\n", "x has no version"},
      {"V:1\nF:bin\nR:x\n", "line 1: a package without a name"},
      {"P:x\nC:Q1AAAA\nV:1\n", "line 2: a damaged checksum"},
      {"P:x\nnonsense\nV:1\n", "line 2 is no field: nonsense"},
      {"P:x\nD:" + std::string(2'000'000, 'd') + "\nV:1\n",
       "line 2: field D of 2000002 bytes is longer than 1048576"},
  };
  for (const auto& [text, problem] : rows) {
    const Find find = find_of("apk", installed, text + "\n" + musl);
    CHECK(find.problem == problem);
    CHECK(find.packages.back().package.name == "musl");
    CHECK(owned_paths_of(find).back().starts_with("lib/ld-musl"));
  }
  CHECK(find_of("apk", installed, "P:x\nV:1\nf:fs\n").packages.at(0).package.remarks ==
        Lines{"broken, apk says: fs"});
}

TEST_CASE("a directory's long name cannot be made into gigabytes of paths") {
  std::string text = "P:x\nV:1\nF:" + std::string(4000, 'd') + "\n";
  for (int i = 0; i < 100'000; ++i) text += "R:f\n";
  const Find find = find_of("apk", installed, text);
  CHECK(find.problem == "more than 134 MB of paths");
  CHECK(find.note.size() < 140'000'000);
}

TEST_CASE("apk's binary database is told to be what is not read") {
  CHECK(error_of(ErrorKind::unsupported, [] { find_of("apk", installed, "ADB.pckg"); }) ==
        "the packages are in apk's binary form, which is not read: only the text form is");
  const Inventory inventory = inventory_of({TarBuilder{}.file(std::string(installed), "ADBdxxx")});
  REQUIRE(inventory.remarks.size() == 1);
  CHECK(inventory.remarks[0].path == installed);
}

}  // namespace
}  // namespace lade::sbom
