#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/go_build_info.h"
#include "sbom/binary/go_modules.h"
#include "sbom/binary/go_version.h"
#include "tests/sbom/binary/elf_builder.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

const std::string sentinel_begin("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6",
                                 16);
const std::string sentinel_end("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2",
                               16);

constexpr std::string_view modules_text =
    "path\texample.com/tool/cmd/tool\n"
    "mod\texample.com/tool\tv1.4.0\th1:IX1jdMl4oMFmzUMzNTMDEsWb8nQpX5JqqZKfPwKBFzE=\n"
    "dep\tgolang.org/x/sys\tv0.0.0-20220715151400-c0bba94af5f8\t"
    "h1:0A+M6Uqn+Eje4kHMK80dtF3JCXC4ykBgQG4Fe06QRhQ=\n"
    "dep\tgithub.com/old/name\tv1.0.0\n"
    "=>\tgithub.com/new/name\tv1.0.1\th1:IX1jdMl4oMFmzUMzNTMDEsWb8nQpX5JqqZKfPwKBFzE=\n"
    "dep\texample.com/beside\tv0.3.0\n"
    "=>\t../beside\t(devel)\t\n"
    "build\tGOARCH=arm64\n"
    "build\t\"a b\"=\"x\\ty\"\n";

std::string framed(std::string_view text) {
  return sentinel_begin + std::string(text) + sentinel_end;
}

std::string varint(std::uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7U) text += static_cast<char>((value & 0x7FU) | 0x80U);
  return text + static_cast<char>(value);
}

std::string magic(int pointer_bytes, int flags) {
  return std::string("\xff Go buildinf:") + static_cast<char>(pointer_bytes) +
         static_cast<char>(flags);
}

std::string inline_info(std::string_view version, const std::string& modules) {
  return magic(8, 2) + std::string(16, '\0') + varint(version.size()) + std::string(version) +
         varint(modules.size()) + modules;
}

/// A program with the information in its section.
std::string go_program(std::string_view version, std::string_view modules) {
  return ElfBuilder{}
      .add({.content = inline_info(version, modules.empty() ? "" : framed(modules)),
            .section = ".go.buildinfo",
            .segment = PT_LOAD,
            .segment_flags = PF_R | PF_W})
      .bytes();
}

std::optional<GoBuildInfo> info_of(const std::string& bytes) {
  return find_go_build_info(*ElfFile::parse(as_bytes(bytes)));
}

std::optional<Find> find_of(const std::string& bytes) {
  return make_go_cataloger()->read(
      {.path = "usr/bin/tool", .size_bytes = bytes.size(), .content = as_bytes(bytes)});
}

TEST_CASE("Go's build information is read from its section") {
  const GoBuildInfo wanted{"go1.22.1", std::string(modules_text)};
  CHECK(info_of(go_program("go1.22.1", modules_text)) == wanted);
}

TEST_CASE("Go's build information is found by its magic where no section tells") {
  const GoBuildInfo wanted{"go1.22.1", std::string(modules_text)};
  const auto program = [](const std::string& padding, std::string_view section) {
    ElfBuilder builder;
    builder.add({.content = padding + inline_info("go1.22.1", framed(modules_text)),
                 .section = std::string(section),
                 .segment = PT_LOAD,
                 .segment_flags = PF_R | PF_W});
    return builder;
  };
  CHECK(info_of(program(std::string(64, '\0'), "").without_sections().bytes()) == wanted);
  CHECK(info_of(program(std::string(64, 'x'), ".data").add({.section = ".gopclntab"}).bytes()) ==
        wanted);
  // not where it may stand, and not in a program that is none of Go's
  CHECK_FALSE(info_of(program(std::string(8, '\0'), "").without_sections().bytes()));
  CHECK_FALSE(info_of(program("", ".data").bytes()));
}

TEST_CASE("Go's older build information is followed by its pointers") {
  for (const int bits : {32, 64}) {
    for (const bool big_endian : {false, true}) {
      CAPTURE(bits, big_endian);
      ElfBuilder builder(bits, big_endian);
      const auto text = [&](const std::string& content) {
        const std::uint64_t at = builder.next_address();
        builder.add({.content = content, .segment = PT_LOAD});
        const std::uint64_t header = builder.next_address();
        builder.add(
            {.content = builder.word(at) + builder.word(content.size()), .segment = PT_LOAD});
        return header;
      };
      const std::uint64_t version = text("go1.16.5");
      const std::uint64_t modules = text(framed("path\tx\n"));
      builder.add({.content = magic(bits / 8, big_endian ? 1 : 0) + builder.word(version) +
                              builder.word(modules) + std::string(16, '\0'),
                   .section = ".go.buildinfo",
                   .segment = PT_LOAD,
                   .segment_flags = PF_R | PF_W});
      CHECK(info_of(builder.bytes()) == GoBuildInfo{"go1.16.5", "path\tx\n"});
    }
  }
}

TEST_CASE("build information that lies about its lengths is corrupt") {
  const auto with = [](const std::string& info) {
    std::string padded = info;
    padded.resize(std::max<std::size_t>(padded.size(), 32), '\0');
    return ElfBuilder{}
        .add({.content = padded, .section = ".go.buildinfo", .segment = PT_LOAD})
        .bytes();
  };
  const std::string head = magic(8, 2) + std::string(16, '\0');
  for (const std::string& tail : {std::string(), std::string("\xff"), std::string(12, '\xff'),
                                  varint(UINT64_MAX >> 1U), varint(300) + std::string(400, 'x'),
                                  std::string("\x01g\x05"
                                              "abcd")}) {
    CAPTURE(tail.size());
    const std::string message = error_of(ErrorKind::corrupt, [&] { info_of(with(head + tail)); });
    CHECK_THAT(message, Catch::Matchers::Contains("not in the file or too long"));
  }
  const std::string pointers = with(magic(5, 0) + std::string(16, '\x01'));
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { info_of(pointers); }),
             Catch::Matchers::Contains("pointers of 5 bytes"));
  const std::string nowhere = with(magic(8, 0) + std::string(16, '\x7f'));
  error_of(ErrorKind::corrupt, [&] { info_of(nowhere); });
  CHECK(info_of(with(magic(8, 0) + std::string(16, '\0'))) == GoBuildInfo{});
}

TEST_CASE("modules, replacements and settings are read") {
  const GoModules modules = parse_go_modules(modules_text);
  CHECK(modules.path == "example.com/tool/cmd/tool");
  REQUIRE(modules.main);
  CHECK(modules.main->module.version == "v1.4.0");
  REQUIRE(modules.dependencies.size() == 3);
  CHECK(modules.dependencies[0].module.path == "golang.org/x/sys");
  CHECK_FALSE(modules.dependencies[0].replacement);
  REQUIRE(modules.dependencies[1].replacement);
  CHECK(modules.dependencies[1].replacement->path == "github.com/new/name");
  REQUIRE(modules.dependencies[2].replacement);
  CHECK(modules.dependencies[2].replacement->path == "../beside");
  CHECK(modules.setting("GOARCH") == "arm64");
  CHECK(modules.setting("a b") == "x\ty");
  CHECK(modules.setting("GOOS").empty());
  CHECK(parse_go_modules("=>\ta\tb\nrubbish\n\t\ndep").dependencies.empty());
}

TEST_CASE("the main module's version is found where a build from a working tree has it") {
  struct Case {
    std::string text;
    std::string version;
  };
  const std::string devel = "path\te.org/m\nmod\te.org/m\t(devel)\t\n";
  const std::string flags = devel + "build\t-ldflags=";
  const std::string stamp =
      "build\tvcs.revision=0123456789abcdef0123456789abcdef01234567\n"
      "build\tvcs.time=2024-01-02T03:04:05Z\n";
  const std::vector<Case> cases = {
      {"mod\te.org/m\tv1.2.3\t\n", "v1.2.3"},
      {devel, ""},
      {flags + "\"-s -w -X main.version=1.2.3\"\n", "1.2.3"},
      {flags + "\"-X 'main.Version=v1.2.3-rc.1'\"\n", "v1.2.3-rc.1"},
      {flags + "`-X \"e.org/m/internal/version.gitVersion=v2.0.0\" -s`\n", "v2.0.0"},
      {flags + "\"-X=main.version=1.5\"\n", "1.5"},
      // the program's own before one of its packages'; others' not at all
      {flags + "\"-X e.org/m/x.version=2.0 -X main.version=1.0\"\n", "1.0"},
      {flags + "\"-X e.org/m/x/y.version=2.0 -X e.org/m/x.version=1.0\"\n", "1.0"},
      {flags + "\"-X e.org/more.version=2.0\"\n", ""},
      {flags + "\"-X other.org/lib.version=2.0\"\n", ""},
      {flags + "\"-X main.commit=1.2.3 -X main.version=abcdef\"\n", ""},
      {flags + "\"-X main.version\"\n", ""},
      {flags + "\"-X\"\n", ""},
      {devel + stamp, "v0.0.0-20240102030405-0123456789ab"},
      {devel + stamp + "build\tvcs.modified=true\n", "v0.0.0-20240102030405-0123456789ab+dirty"},
      {devel + "build\tvcs.revision=zz\nbuild\tvcs.time=2024-01-02T03:04:05Z\n", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(main_version(parse_go_modules(c.text)) == c.version);
  }
}

TEST_CASE("the standard library's version is Go's") {
  CHECK(stdlib_version("go1.22.1") == "1.22.1");
  CHECK(stdlib_version("go1.21rc2") == "1.21rc2");
  CHECK(stdlib_version("go1.22.1 X:boringcrypto") == "1.22.1");
  CHECK(stdlib_version("devel go1.23-abcdef Tue Jan 2 03:04:05 2024 +0000") == "1.23-abcdef");
  CHECK(stdlib_version("devel +abcdef").empty());
  CHECK(stdlib_version("").empty());
}

TEST_CASE("a Go program contains its modules and the standard library") {
  const auto find = find_of(go_program("go1.22.1", modules_text));
  REQUIRE(find);
  REQUIRE(find->packages.size() == 5);
  const Package& main = find->packages[0].package;
  CHECK(main.name == "example.com/tool");
  CHECK(main.version == "v1.4.0");
  CHECK(main.architecture == "arm64");
  CHECK(main.hashes ==
        std::vector<PackageHash>{
            {"sha256", "217d6374c978a0c166cd433335330312c59bf274295f926aa9929f3f02811731"}});
  const Package& library = find->packages[1].package;
  CHECK(library.name == "stdlib");
  CHECK(library.version == "1.22.1");
  CHECK(library.cpes == std::vector<std::string>{"cpe:2.3:a:golang:go:1.22.1:*:*:*:*:*:*:*"});
  CHECK(find->packages[2].package.version == "v0.0.0-20220715151400-c0bba94af5f8");
  const Package& replaced = find->packages[3].package;
  CHECK(replaced.name == "github.com/new/name");
  CHECK(replaced.version == "v1.0.1");
  CHECK(replaced.remarks ==
        std::vector<std::string>{"takes the place of github.com/old/name v1.0.0"});
  const Package& local = find->packages[4].package;
  CHECK(local.name == "example.com/beside");
  CHECK(local.version == "v0.3.0");
  CHECK(local.hashes.empty());
  CHECK(local.remarks == std::vector<std::string>{"replaced by a local directory: ../beside"});
  for (std::size_t i = 1; i < find->packages.size(); ++i) CHECK(find->packages[i].parent == 0);
}

TEST_CASE("a GOPATH build is reported as what it is") {
  const auto find = find_of(go_program("go1.19.8", "path\tgithub.com/a/b/cmd/c\n"));
  REQUIRE(find);
  REQUIRE(find->packages.size() == 2);
  CHECK(find->packages[0].package.name == "github.com/a/b");
  CHECK(find->packages[0].package.version.empty());
  REQUIRE(find->packages[0].package.remarks.size() == 1);
  CHECK_THAT(find->packages[0].package.remarks[0], Catch::Matchers::Contains("GOPATH"));

  const auto tool = find_of(go_program("go1.19.8", "path\tcmd/go\n"));
  REQUIRE(tool);
  REQUIRE(tool->packages.size() == 1);
  CHECK(tool->packages[0].package.name == "stdlib");
  CHECK(tool->packages[0].parent == -1);

  const auto silent = find_of(go_program("go1.19.8", ""));
  REQUIRE(silent);
  REQUIRE(silent->packages.size() == 1);
  CHECK(silent->packages[0].package.remarks ==
        std::vector<std::string>{"in a program that does not name its modules"});
}

TEST_CASE("what was built from a working tree has no version, and says so") {
  const auto find = find_of(
      go_program("go1.22.1", "path\te.org/m\nmod\te.org/m\t(devel)\t\ndep\te.org/n\t(devel)\t\n"));
  REQUIRE(find);
  REQUIRE(find->packages.size() == 3);
  const std::vector<std::string> wanted{"built from a working tree: no version is recorded"};
  for (const std::size_t i : {0U, 2U}) {
    CHECK(find->packages[i].package.version.empty());
    CHECK(find->packages[i].package.remarks == wanted);
  }
}

TEST_CASE("the path of a main package tells its module where nothing else does") {
  const auto main_of = [](std::string_view text) {
    return find_of(go_program("go1.19.8", text))->packages.at(0).package;
  };
  CHECK(main_of("path\tgithub.com/a/b/plugins/main/ptp\n").name == "github.com/a/b");
  CHECK(main_of("path\tgithub.com/a\n").name == "github.com/a");
  CHECK(main_of("path\te.org/x/y/cmd/z\n").name == "e.org/x/y");
  const Package package = main_of("path\te.org/x\ndep\te.org/n\tv1.0.0\t\n");
  CHECK(package.remarks ==
        std::vector<std::string>{"the module of the program itself is not recorded"});
}

TEST_CASE("a Go program without build information is told of") {
  const auto find =
      find_of(ElfBuilder{}.add({.section = ".gopclntab", .segment = PT_LOAD}).bytes());
  REQUIRE(find);
  CHECK(find->packages.empty());
  CHECK_THAT(find->problem, Catch::Matchers::Contains("build information was removed"));
  CHECK_FALSE(find_of(ElfBuilder{}.add({.section = ".text", .segment = PT_LOAD}).bytes()));
  // an object file of the toolchain
  CHECK_FALSE(find_of(ElfBuilder{}.add({.section = ".gopclntab"}).bytes()));
}

TEST_CASE("a packed program is told of once") {
  const std::string bytes =
      ElfBuilder{}.add({.content = "1234UPX!", .segment = PT_LOAD}).without_sections().bytes();
  CHECK_FALSE(find_of(bytes));
  const auto find = make_elf_cataloger()->read({.path = "x", .content = as_bytes(bytes)});
  REQUIRE(find);
  CHECK(find->problem == "a program packed with UPX: what is in it is unknown");
}

}  // namespace
}  // namespace lade::sbom
