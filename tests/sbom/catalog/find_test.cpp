#include "sbom/catalog/find.h"

#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

LayerFinds example() {
  Package package{.type = PackageType::maven,
                  .name_space = "org.example",
                  .name = "a",
                  .version = "1",
                  .architecture = "amd64",
                  .source_name = "s",
                  .source_version = "2",
                  .licenses = {{"MIT", "Expat", LicenseEvidence::text, "LICENSE"}},
                  .supplier = "A. Name",
                  .homepage = "https://a.example",
                  .download = "https://b.example",
                  .description = "does",
                  .installed_bytes = 300,
                  .hashes = {{"sha1", "00ff"}},
                  .cpes = {"cpe:2.3:a:a:a:1:*:*:*:*:*:*:*"},
                  .qualifiers = {{"classifier", "sources"}},
                  .depends = {"b", "c"},
                  .provides = {"d"},
                  .remarks = {"odd"},
                  .declared_only = true,
                  .cataloger = "java",
                  .file_name = "a.jar",
                  .is_executable = false,
                  .is_archive = true,
                  .is_structured = true,
                  .knows_all_dependencies = false};
  Find find{.cataloger = "java",
            .path = "app/a.jar",
            .licenses = {{"MIT"}},
            .owned_paths = "app/a.jar\n",
            .note = std::string("\0x", 2),
            .problem = "half read"};
  find.packages.push_back({package, "", -1});
  find.packages.push_back({{.name = "inner"}, "lib/b.jar", 0});
  return {{find, {.cataloger = "other", .path = "app/a.jar"}, {.cataloger = "java", .path = "b"}}};
}

/// With the checksum of what it has become.
std::string repaired(std::string bytes) {
  store_le(bytes.data() + 12, xxh64(as_bytes(std::string_view(bytes).substr(20))));
  return bytes;
}

TEST_CASE("finds are the same when they were kept") {
  const std::string bytes = encode_finds(example());
  const LayerFinds back = decode_finds(bytes);
  CHECK(encode_finds(back) == bytes);
  REQUIRE(back.finds.size() == 3);
  const Find& find = back.finds[0];
  CHECK(find.note == std::string("\0x", 2));
  CHECK(find.problem == "half read");
  CHECK(find.owned_paths == "app/a.jar\n");
  REQUIRE(find.packages.size() == 2);
  CHECK(find.packages[1].parent == 0);
  CHECK(find.packages[1].inner == "lib/b.jar");
  const Package& package = find.packages[0].package;
  const LayerFinds original = example();
  const Package& wanted = original.finds[0].packages[0].package;
  CHECK(package.type == wanted.type);
  CHECK(package.name_space == wanted.name_space);
  CHECK(package.name == wanted.name);
  CHECK(package.version == wanted.version);
  CHECK(package.architecture == wanted.architecture);
  CHECK(package.source_name == wanted.source_name);
  CHECK(package.source_version == wanted.source_version);
  CHECK(package.licenses == wanted.licenses);
  CHECK(package.supplier == wanted.supplier);
  CHECK(package.homepage == wanted.homepage);
  CHECK(package.download == wanted.download);
  CHECK(package.description == wanted.description);
  CHECK(package.installed_bytes == wanted.installed_bytes);
  CHECK(package.hashes == wanted.hashes);
  CHECK(package.cpes == wanted.cpes);
  CHECK(package.qualifiers == wanted.qualifiers);
  CHECK(package.depends == wanted.depends);
  CHECK(package.provides == wanted.provides);
  CHECK(package.remarks == wanted.remarks);
  CHECK(package.declared_only == wanted.declared_only);
  CHECK(package.cataloger == wanted.cataloger);
  CHECK(package.file_name == wanted.file_name);
  CHECK(package.is_executable == wanted.is_executable);
  CHECK(package.is_archive == wanted.is_archive);
  CHECK(package.is_structured == wanted.is_structured);
  CHECK(package.knows_all_dependencies == wanted.knows_all_dependencies);
  CHECK_FALSE(find.packages[1].package.is_archive);
}

TEST_CASE("the finds at a path are next to each other") {
  const LayerFinds finds = example();
  CHECK(finds.at("app/a.jar") == std::pair<std::size_t, std::size_t>(0, 2));
  CHECK(finds.at("b") == std::pair<std::size_t, std::size_t>(2, 3));
  const auto [first, last] = finds.at("app");
  CHECK(first == last);
}

TEST_CASE("damaged finds are refused") {
  const std::string bytes = encode_finds(example());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    INFO(length);
    CHECK_THAT(error_of(ErrorKind::corrupt, [&] { decode_finds(bytes.substr(0, length)); }),
               Catch::Contains("damaged"));
  }
  for (std::size_t length = 20; length < bytes.size(); ++length) {
    INFO(length);
    CHECK_THAT(
        error_of(ErrorKind::corrupt, [&] { decode_finds(repaired(bytes.substr(0, length))); }),
        Catch::Contains("damaged"));
  }
  std::string changed = bytes;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { decode_finds(changed); }),
             Catch::Contains("checksum"));
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { decode_finds(repaired(bytes + "x")); }),
             Catch::Contains("bytes follow"));
  CHECK_THAT(error_of(ErrorKind::corrupt,
                      [&] { decode_finds(repaired(bytes.substr(0, 20) + "\xFF\xFF\xFF\x7F")); }),
             Catch::Contains("a list is longer"));
  CHECK_THAT(
      error_of(ErrorKind::corrupt,
               [&] { decode_finds(repaired(bytes.substr(0, 20) + std::string(12, '\xFF'))); }),
      Catch::Contains("no end"));
}

TEST_CASE("a find whose parent is no earlier package is refused") {
  for (const std::int32_t parent : {0, 1, 2}) {
    LayerFinds finds = example();
    finds.finds[0].packages[0].parent = parent;
    CHECK_THAT(error_of(ErrorKind::corrupt, [&] { decode_finds(encode_finds(finds)); }),
               Catch::Contains("holds itself"));
  }
}

TEST_CASE("finds of another version are refused as that") {
  std::string bytes = encode_finds(example());
  store_le(bytes.data() + 8, std::uint32_t{99});
  CHECK_THAT(error_of(ErrorKind::unsupported, [&] { decode_finds(bytes); }),
             Catch::Contains("version 99"));
}

}  // namespace
}  // namespace lade::sbom
