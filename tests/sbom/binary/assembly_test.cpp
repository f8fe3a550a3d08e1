#include <catch2/catch.hpp>

#include "libimage/layer/toc_builder.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/needed_files.h"
#include "tests/sbom/binary/elf_builder.h"
#include "tests/sbom/catalog/fake_cataloger.h"
#include "tests/support/catalog_image.h"

namespace lade::sbom {
namespace {

using namespace std::string_view_literals;
using Lines = std::vector<std::string>;

Catalogers catalogers() {
  Catalogers list{fake_cataloger({{PathRule::Kind::path, "status"}}, PackageType::deb, "dpkg")};
  add_binary_catalogers(list);
  return list;
}

/// "purl path path" of each package.
Lines lines_of(const Inventory& inventory) {
  Lines lines;
  for (const Package& package : inventory.packages) {
    std::string line = package.purl;
    for (const Location& location : package.locations) line += " " + location.path;
    lines.push_back(line);
  }
  return lines;
}

std::string nginx(const std::vector<std::pair<std::uint64_t, std::string>>& dynamic) {
  return ElfBuilder{}
      .add({.content = std::string("/lib64/ld-linux-x86-64.so.2\0", 28), .segment = PT_INTERP})
      .add({.content = "nginx version: nginx/1.22.1", .section = ".rodata"})
      .dynamic(dynamic)
      .bytes();
}

std::string python(std::string_view version) {
  return ElfBuilder{}
      .add({.content =
                "PYTHONHOME" + std::string(1, '\0') + std::string(version) + std::string(1, '\0'),
            .section = ".rodata"})
      .bytes();
}

std::string noted(std::string_view json) {
  return ElfBuilder{}.note("FDO", 0xCAFE1A7E, json).bytes();
}

TEST_CASE("a program depends on the packages that own its libraries") {
  const std::string program = nginx({{DT_NEEDED, "libssl.so.3"},
                                     {DT_NEEDED, "libown.so"},
                                     {DT_NEEDED, "libnowhere.so"},
                                     {DT_RUNPATH, "$ORIGIN/../lib:relative"}});
  const Inventory inventory = inventory_of(
      catalogers(),
      {TarBuilder{}
           .symlink("lib", "usr/lib")
           .symlink("lib64", "usr/lib64")
           .file("status",
                 "base 1\nown lib/x86_64-linux-gnu/libssl.so.3.0\nown lib64/ld-linux-x86-64.so.2")
           .symlink("usr/lib/x86_64-linux-gnu/libssl.so.3", "libssl.so.3.0")
           .file("usr/lib/x86_64-linux-gnu/libssl.so.3.0", "x")
           .file("usr/lib64/ld-linux-x86-64.so.2", "x")
           .file("opt/nginx/lib/libown.so", "x")
           .file("opt/nginx/sbin/nginx", program)});
  CHECK(lines_of(inventory) ==
        Lines{"pkg:deb/base@1 status", "pkg:generic/nginx@1.22.1 opt/nginx/sbin/nginx"});
  CHECK(inventory.relations == std::vector<Relation>{{1, 0, RelationKind::depends_on}});
}

TEST_CASE("needed files are searched where the loader does") {
  const std::string bytes = TarBuilder{}
                                .file("app/lib/liba.so", "x")
                                .file("usr/lib/liba.so", "x")
                                .file("usr/lib/libb.so", "x")
                                .symlink("usr/lib/libloop.so", "libloop.so")
                                .dir("usr/lib/libdir.so")
                                .file("usr/lib/aarch64-linux-gnu/libc.so.6", "x")
                                .file("usr/lib/x86_64-linux-gnu/libc.so.6", "x")
                                .bytes();
  MemorySource tar(bytes);
  const MergedTree tree({index_layer(tar, "test")});
  const auto needed = [&](const ElfLinking& linking) {
    return needed_files(linking, "app/bin/x", tree);
  };
  CHECK(needed({.needed = {"liba.so"}}) == Lines{"usr/lib/liba.so"});
  CHECK(needed({.needed = {"liba.so"}, .runpath = {"${ORIGIN}/../lib"}}) ==
        Lines{"app/lib/liba.so"});
  CHECK(needed({.needed = {"liba.so"}, .runpath = {"../lib", "/none"}}) ==
        Lines{"usr/lib/liba.so"});
  CHECK(needed({.needed = {"/usr/lib/libb.so"}}) == Lines{"usr/lib/libb.so"});
  CHECK(needed({.needed = {"libloop.so", "libdir.so", "libnone.so"}}).empty());
  CHECK(needed({.interpreter = "/lib/ld-linux-aarch64.so.1", .needed = {"libc.so.6"}}) ==
        Lines{"usr/lib/aarch64-linux-gnu/libc.so.6"});
}

TEST_CASE("linking is kept in a note") {
  const ElfLinking linking{
      .interpreter = "/lib/ld.so", .needed = {"liba.so", "libb.so"}, .runpath = {"/x", "/y"}};
  CHECK(decode_linking(encode_linking(linking)) == linking);
  CHECK(encode_linking({}).empty());
  CHECK(decode_linking("crate 1 2\nrubbish\n") == ElfLinking{});
  CHECK(decode_linking(encode_linking({.needed = {"a\nneeded b", "c"}})) ==
        ElfLinking{.needed = {"c"}});
}

TEST_CASE("files of one installation are one package") {
  const Inventory inventory = inventory_of(
      catalogers(),
      {TarBuilder{}.file("usr/local/bin/python3.12", python("3.12.4")),
       TarBuilder{}
           .file("usr/local/lib/libpython3.12.so.1.0", python("3.12.4"))
           .file("usr/local/include/python3.12/patchlevel.h", "#define PY_VERSION \"3.12.4\"\n")
           .file("opt/other/bin/python3.12", python("3.12.4"))
           .file("opt/java/release", "JAVA_VERSION=\"17.0.9\"\n")});
  CHECK(lines_of(inventory) ==
        Lines{"pkg:generic/openjdk@17.0.9 opt/java/release",
              "pkg:generic/python@3.12.4 opt/other/bin/python3.12",
              "pkg:generic/python@3.12.4 usr/local/bin/python3.12 "
              "usr/local/include/python3.12/patchlevel.h usr/local/lib/libpython3.12.so.1.0"});
  CHECK(inventory.packages[2].introduced_layer == 0);
  CHECK(inventory.packages[1].introduced_layer == 1);
  CHECK(inventory.packages[2].cpes ==
        std::vector<std::string>{"cpe:2.3:a:python:python:3.12.4:*:*:*:*:*:*:*"});
}

TEST_CASE("the virtual machine says whose JDK it is") {
  const auto machine = [](std::string_view kind) {
    return ElfBuilder{}
        .add({.content = fmt::format(
                  "{} 64-Bit Server VM (21.0.1+12) for linux-amd64 JRE (21.0.1+12)", kind),
              .section = ".rodata"})
        .bytes();
  };
  const std::string release = "IMPLEMENTOR=\"Oracle Corporation\"\nJAVA_VERSION=\"21.0.1\"\n";
  const Inventory inventory =
      inventory_of(catalogers(), {TarBuilder{}
                                      .file("a/release", release)
                                      .file("a/lib/server/libjvm.so", machine("Java HotSpot(TM)"))
                                      .file("b/release", release)
                                      .file("b/lib/server/libjvm.so", machine("OpenJDK"))});
  CHECK(lines_of(inventory) ==
        Lines{"pkg:generic/jdk@21.0.1 a/lib/server/libjvm.so a/release",
              "pkg:generic/openjdk@21.0.1 b/lib/server/libjvm.so b/release"});
  CHECK(inventory.packages[0].supplier == "Oracle Corporation");
  CHECK(inventory.packages[0].cpes == Lines{"cpe:2.3:a:oracle:jdk:21.0.1:*:*:*:*:*:*:*"});
}

TEST_CASE("what a distribution's package owns is no package of its own") {
  const Inventory inventory =
      inventory_of(catalogers(), {TarBuilder{}
                                      .file("status", "python3.11 3.11.2-6\nown usr/bin/python3.11")
                                      .file("usr/bin/python3.11", python("3.11.2"))
                                      .file("usr/local/bin/python3.11", python("3.11.2"))});
  CHECK(lines_of(inventory) == Lines{"pkg:deb/python3.11@3.11.2-6 status",
                                     "pkg:generic/python@3.11.2 usr/local/bin/python3.11"});
}

TEST_CASE("package notes count where the database does not know the package") {
  const std::string installed =
      noted(R"({"type":"deb","os":"debian","name":"bash","version":"5.2-1"})");
  const std::string copied =
      noted(R"({"type":"rpm","os":"fedora","name":"jq","version":"1.6-14"})");
  const Inventory inventory = inventory_of(catalogers(), {TarBuilder{}
                                                              .file("status", "bash 1:5.2-1")
                                                              .file("usr/bin/bash", installed)
                                                              .file("app/jq", copied)
                                                              .file("app/libjq.so", copied)});
  CHECK(lines_of(inventory) ==
        Lines{"pkg:deb/bash@1:5.2-1 status", "pkg:rpm/fedora/jq@1.6-14 app/jq app/libjq.so"});
  const Inventory broken = inventory_of(catalogers(), {TarBuilder{}.file("x", noted("{"))});
  REQUIRE(broken.remarks.size() == 1);
  CHECK_THAT(broken.remarks[0].message, Catch::Matchers::StartsWith("elf: .note.package"));
}

}  // namespace
}  // namespace lade::sbom
