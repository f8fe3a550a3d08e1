#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "sbom/binary/elf_file.h"
#include "sbom/binary/elf_linking.h"
#include "sbom/binary/elf_notes.h"
#include "sbom/binary/package_note.h"
#include "tests/sbom/binary/elf_builder.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

constexpr std::string_view package_json =
    R"({"type":"deb","os":"debian","name":"coreutils","version":"4711.0815.fc13","architecture":"arm32"})";

ElfBuilder example(int bits, bool big_endian) {
  ElfBuilder builder(bits, big_endian);
  builder.add({.content = std::string("/lib64/ld-linux-x86-64.so.2\0", 28),
               .section = ".interp",
               .segment = PT_INTERP});
  builder.dynamic({{DT_NEEDED, "libssl.so.3"},
                   {DT_NEEDED, "libc.so.6"},
                   {DT_SONAME, "libx.so.1"},
                   {DT_RPATH, "/old"},
                   {DT_RUNPATH, "$ORIGIN/../lib:/opt/lib"}});
  builder.note("GNU", NT_GNU_BUILD_ID, "\x01\xAB\xFF");
  builder.note("FDO", 0xCAFE1A7E, package_json);
  return builder;
}

void require_example(const ElfFile& file) {
  const ElfLinking linking = read_linking(file);
  CHECK(linking.interpreter == "/lib64/ld-linux-x86-64.so.2");
  CHECK(linking.soname == "libx.so.1");
  CHECK(linking.needed == std::vector<std::string>{"libssl.so.3", "libc.so.6"});
  CHECK(linking.runpath == std::vector<std::string>{"$ORIGIN/../lib", "/opt/lib"});
  const auto notes = read_notes(file);
  CHECK(build_id_of(notes) == "01abff");
  CHECK_FALSE(has_go_note(notes));
  CHECK(find_package_note(notes) == package_json);
}

TEST_CASE("of a long search path the first directories count") {
  std::string path;
  for (int i = 0; i < 100; ++i) path += fmt::format("/{}:", i);
  ElfBuilder builder(64, false);
  builder.dynamic({{DT_NEEDED, "liba.so"}, {DT_RUNPATH, path}});
  const std::string bytes = builder.bytes();
  const auto file = ElfFile::parse(as_bytes(bytes));
  REQUIRE(file);
  const ElfLinking linking = read_linking(*file);
  REQUIRE(linking.runpath.size() == 32);
  CHECK(linking.runpath.back() == "/31");
}

TEST_CASE("ELF files of both widths and byte orders are read") {
  for (const int bits : {32, 64}) {
    for (const bool big_endian : {false, true}) {
      CAPTURE(bits, big_endian);
      const std::string bytes = example(bits, big_endian).bytes();
      const auto file = ElfFile::parse(as_bytes(bytes));
      REQUIRE(file);
      CHECK(file->is_64bit() == (bits == 64));
      CHECK(file->big_endian() == big_endian);
      CHECK(file->type() == ET_DYN);
      CHECK(architecture_of(*file) == (bits == 64 ? "amd64" : "386"));
      CHECK_FALSE(file->has_symbols());
      CHECK_FALSE(file->is_packed());
      REQUIRE(file->find_section(".interp") != nullptr);
      CHECK(file->content(*file->find_section(".interp")).size() == 28);
      CHECK(file->find_section(".text") == nullptr);
      require_example(*file);
    }
  }
}

TEST_CASE("what the loader needs is read without a section table") {
  const std::string bytes = example(64, false).without_sections().bytes();
  const auto file = ElfFile::parse(as_bytes(bytes));
  REQUIRE(file);
  CHECK(file->sections().empty());
  require_example(*file);
}

TEST_CASE("a symbol table is what strip takes away") {
  const std::string bytes =
      ElfBuilder{}.add({.section = ".symtab", .section_type = SHT_SYMTAB}).bytes();
  CHECK(ElfFile::parse(as_bytes(bytes))->has_symbols());
}

TEST_CASE("notes aligned to eight bytes are read") {
  const std::string bytes = ElfBuilder{}.note("GNU", NT_GNU_BUILD_ID, "\x01\x02", 8).bytes();
  CHECK(build_id_of(read_notes(*ElfFile::parse(as_bytes(bytes)))) == "0102");
}

TEST_CASE("no bytes but those of an ELF header are an ELF file") {
  const std::string good = example(64, false).bytes();
  for (const std::size_t length : {0U, 3U, 4U, 15U, 16U, 63U}) {
    CHECK_FALSE(ElfFile::parse(as_bytes(good.substr(0, length))));
  }
  CHECK(ElfFile::parse(as_bytes(good.substr(0, 64))));
  std::string damaged = good;
  damaged[EI_CLASS] = 3;
  CHECK_FALSE(ElfFile::parse(as_bytes(damaged)));
  damaged = good;
  damaged[EI_DATA] = 0;
  CHECK_FALSE(ElfFile::parse(as_bytes(damaged)));
  CHECK_FALSE(ElfFile::parse(as_bytes("#!/bin/sh\n")));
}

TEST_CASE("an ELF file cut off anywhere is read as far as it goes") {
  const std::string good = example(32, true).bytes();
  for (std::size_t length = 0; length <= good.size(); ++length) {
    const std::string cut = good.substr(0, length);
    const auto file = ElfFile::parse(as_bytes(cut));
    REQUIRE(file.has_value() == (length >= sizeof(Elf32_Ehdr)));
    if (!file) continue;
    for (const ElfSection& section : file->sections()) {
      REQUIRE(file->content(section).size() <= cut.size());
    }
    read_notes(*file);
    read_linking(*file);
  }
}

TEST_CASE("tables that are not in the file are absent") {
  const ElfBuilder builder = example(64, false);
  const std::string good = builder.bytes();
  const auto with = [&](std::size_t at, const std::string& value) {
    std::string bytes = good;
    bytes.replace(at, value.size(), value);
    return bytes;
  };
  for (const std::uint64_t offset : {good.size() - 1, good.size() + 1, std::size_t{1} << 63U,
                                     static_cast<std::size_t>(UINT64_MAX)}) {
    const std::string bytes = with(builder.section_offset_field(), builder.word(offset));
    CHECK(ElfFile::parse(as_bytes(bytes))->sections().empty());
  }
  const std::string many = with(builder.section_count_field(), builder.integer(0xFEFF, 2));
  CHECK(ElfFile::parse(as_bytes(many))->sections().empty());
  const std::string segments = with(builder.segment_count_field(), builder.integer(0xFFFF, 2));
  CHECK(ElfFile::parse(as_bytes(segments))->segments().empty());
}

TEST_CASE("a section of four gigabytes in a small file is empty") {
  const ElfBuilder builder;
  std::string bytes = ElfBuilder{}.add({.content = "abc", .section = ".data"}).bytes();
  const auto file = ElfFile::parse(as_bytes(bytes));
  REQUIRE(as_text(file->content(*file->find_section(".data"))) == "abc");
  const std::size_t header = bytes.size() - 2 * sizeof(Elf64_Shdr);
  bytes.replace(header + offsetof(Elf64_Shdr, sh_size), 8, builder.word(UINT64_MAX - 8));
  const auto damaged = ElfFile::parse(as_bytes(bytes));
  CHECK(damaged->content(*damaged->find_section(".data")).empty());
}

TEST_CASE("sections that overlap are each read where they lie") {
  const ElfBuilder builder;
  std::string bytes = ElfBuilder{}
                          .add({.content = "abcd", .section = ".one"})
                          .add({.content = "efgh", .section = ".two"})
                          .bytes();
  const auto file = ElfFile::parse(as_bytes(bytes));
  const std::uint64_t first = file->find_section(".one")->offset;
  const std::size_t header = bytes.size() - 2 * sizeof(Elf64_Shdr);
  bytes.replace(header + offsetof(Elf64_Shdr, sh_offset), 8, builder.word(first + 2));
  const auto overlapping = ElfFile::parse(as_bytes(bytes));
  CHECK(as_text(overlapping->content(*overlapping->find_section(".two"))).starts_with("cd"));
}

TEST_CASE("many names of one long string do not multiply it") {
  std::vector<std::pair<std::uint64_t, std::string>> entries;
  for (int i = 0; i < 1000; ++i) entries.emplace_back(DT_NEEDED, "lib" + std::to_string(i));
  entries.emplace_back(DT_NEEDED, std::string(1000, 'x'));
  const std::string bytes = ElfBuilder{}.dynamic(entries).bytes();
  CHECK(read_linking(*ElfFile::parse(as_bytes(bytes))).needed.size() == 256);
}

TEST_CASE("UPX is recognised by its mark behind the program headers") {
  const auto packed = [](bool has_sections) {
    ElfBuilder builder;
    builder.add({.content = "1234UPX!", .segment = PT_LOAD});
    if (!has_sections) builder.without_sections();
    const std::string bytes = builder.bytes();
    return ElfFile::parse(as_bytes(bytes))->is_packed();
  };
  CHECK(packed(false));
  CHECK_FALSE(packed(true));
}

TEST_CASE("this program reads itself as the tools do") {
  const std::string bytes = read_file("/proc/self/exe", std::uint64_t{1} << 30U);
  const auto file = ElfFile::parse(as_bytes(bytes));
  REQUIRE(file);
  CHECK(file->find_section(".text") != nullptr);
  const ElfLinking linking = read_linking(*file);
  CHECK_THAT(linking.needed, Catch::Matchers::VectorContains(std::string("libc.so.6")));
  CHECK(linking.interpreter.starts_with("/lib"));
}

TEST_CASE("a package note names the package a program was built for") {
  const auto package = parse_package_note(package_json);
  REQUIRE(package);
  CHECK(package->type == PackageType::deb);
  CHECK(package->name_space == "debian");
  CHECK(package->name == "coreutils");
  CHECK(package->version == "4711.0815.fc13");
  CHECK(package->architecture == "arm32");
  const auto other = parse_package_note(R"({"type":"flatpak","name":"a","version":"1"})");
  REQUIRE(other);
  CHECK(other->type == PackageType::generic);
  CHECK_FALSE(parse_package_note(R"({"type":"deb","version":"1"})"));
  CHECK_FALSE(parse_package_note("{}"));
  error_of(ErrorKind::invalid, [] { parse_package_note("{"); });
  error_of(ErrorKind::invalid, [] { parse_package_note(R"({"name":1})"); });
}

}  // namespace
}  // namespace lade::sbom
