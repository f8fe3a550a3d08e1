#include <libdeflate.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/rust_dep_info.h"
#include "tests/sbom/binary/elf_builder.h"
#include "tests/support/catalog_image.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

constexpr std::string_view dep_json =
    R"({"packages":[{"name":"adler","version":"1.0.2","source":"registry"},)"
    R"({"name":"cc","version":"1.0.83","source":"crates.io","kind":"build"},)"
    R"({"name":"flate2","version":"1.0.28","source":"crates.io","dependencies":[0,1]},)"
    R"({"name":"tool","version":"0.3.1","source":"local","dependencies":[2],"root":true}]})";

std::string zlib_of(std::string_view text) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(9);
  std::string packed(libdeflate_zlib_compress_bound(compressor, text.size()), '\0');
  packed.resize(
      libdeflate_zlib_compress(compressor, text.data(), text.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(compressor);
  return packed;
}

std::string rust_program(const std::string& section) {
  return ElfBuilder{}.add({.content = section, .section = ".dep-v0"}).bytes();
}

TEST_CASE("crates, kinds and edges are read") {
  const auto crates = parse_rust_dep_info(as_bytes(zlib_of(dep_json)));
  REQUIRE(crates.size() == 4);
  CHECK(crates[0] == RustCrate{.name = "adler", .version = "1.0.2", .source = "registry"});
  CHECK(crates[1].for_build);
  CHECK(crates[2].dependencies == std::vector<std::size_t>{0, 1});
  CHECK(crates[3].root);
  // a section may be longer than the stream
  CHECK(parse_rust_dep_info(as_bytes(zlib_of(dep_json) + std::string(8, '\0'))) == crates);
}

TEST_CASE("what is no list of crates is refused") {
  const auto refused = [](ErrorKind kind, std::string_view json) {
    return error_of(kind, [&] { parse_rust_dep_json(json); });
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(refused(ErrorKind::invalid, "{}"), Contains("has no packages"));
  refused(ErrorKind::invalid, "[");
  refused(ErrorKind::invalid, "[]");
  refused(ErrorKind::invalid, R"({"packages":[1]})");
  refused(ErrorKind::invalid, R"({"packages":[{"name":"a"}]})");
  CHECK_THAT(
      refused(ErrorKind::invalid,
              R"({"packages":[{"name":"a","version":"1","source":"x","dependencies":[1]}]})"),
      Contains("dependency 1 of a is none of its 1 packages"));
  refused(ErrorKind::invalid,
          R"({"packages":[{"name":"a","version":"1","source":"x","dependencies":[-1]}]})");
  refused(ErrorKind::invalid, R"({"packages":[{"name":"","version":"1"}]})");
  refused(ErrorKind::invalid,
          fmt::format(R"({{"packages":[{{"name":"a","version":"{}"}}]}})", std::string(300, '1')));
  refused(ErrorKind::invalid, std::string(100, '['));
  CHECK_THAT(error_of(ErrorKind::corrupt, [] { parse_rust_dep_info(as_bytes("not zlib")); }),
             Contains("8 bytes are no zlib stream"));
  error_of(ErrorKind::corrupt, [] { parse_rust_dep_info({}); });
}

TEST_CASE("a section that unpacks to gigabytes is given up early") {
  const std::string bomb = zlib_of(std::string(std::size_t{64} << 20U, ' '));
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { parse_rust_dep_info(as_bytes(bomb)); }),
             Catch::Matchers::Contains("unpacks to more than 4194304 bytes"));
}

TEST_CASE("a Rust program contains its crates, which depend on each other") {
  Catalogers list{make_rust_cataloger()};
  const Inventory inventory =
      inventory_of(list, {TarBuilder{}.file("app/tool", rust_program(zlib_of(dep_json)))});
  REQUIRE(inventory.packages.size() == 4);
  CHECK(inventory.packages[0].purl == "pkg:cargo/adler@1.0.2");
  CHECK(inventory.packages[1].declared_only);
  CHECK_FALSE(inventory.packages[2].declared_only);
  CHECK(inventory.packages[3].depends == std::vector<std::string>{"flate2"});
  CHECK(inventory.relations == std::vector<Relation>{{2, 0, RelationKind::depends_on},
                                                     {2, 1, RelationKind::depends_on},
                                                     {3, 0, RelationKind::contains},
                                                     {3, 2, RelationKind::depends_on},
                                                     {3, 2, RelationKind::contains}});
  CHECK(inventory.remarks.empty());
}

TEST_CASE("a damaged list of crates is a remark") {
  Catalogers list{make_rust_cataloger()};
  const Inventory inventory = inventory_of(list, {TarBuilder{}.file("tool", rust_program("x"))});
  CHECK(inventory.packages.empty());
  REQUIRE(inventory.remarks.size() == 1);
  CHECK(inventory.remarks[0].message == "rust-binary: section .dep-v0: 1 bytes are no zlib stream");
}

}  // namespace
}  // namespace lade::sbom
