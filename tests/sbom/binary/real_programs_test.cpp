// Programs that real tools made, against what those tools say of them. What is not on the machine
// is passed over.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "libimage/base/child.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/go_build_info.h"
#include "sbom/binary/go_modules.h"
#include "sbom/binary/release_files.h"
#include "sbom/binary/version_rules.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

constexpr std::uint64_t real_limit = std::uint64_t{1} << 30U;

/// What a program prints; nothing if it fails or is not there.
std::optional<std::string> output_of(const std::vector<std::string>& argv,
                                     const std::string& directory = "") {
  if (!find_program(argv.front())) return std::nullopt;
  auto [out, in] = make_pipe();
  Child child({.argv = argv, .environment = {}, .stdout_fd = in.get(), .directory = directory});
  in.reset();
  std::string text = read_all(out.get(), argv.front(), real_limit);
  if (child.wait().code != 0) return std::nullopt;
  return text;
}

std::optional<Find> read_real(const Cataloger& cataloger, const std::string& path) {
  const std::string bytes = read_file(path, real_limit);
  return cataloger.read({.path = std::string_view(path).substr(1),
                         .size_bytes = bytes.size(),
                         .content = as_bytes(bytes)});
}

/// Lines, without the empty ones that some versions of Go print behind replaced modules.
std::string full_lines(std::string_view text) {
  std::string full;
  for (const std::string& line : split(text, '\n')) {
    if (!trim(line).empty()) full += line + "\n";
  }
  return full;
}

/// What `go version -m` prints of a file, made of what was read.
std::string printed(const std::string& path, const GoBuildInfo& info) {
  std::string text = path + ": " + info.go_version + "\n";
  for (const std::string& line : split(info.modules, '\n')) {
    if (!line.empty()) text += "\t" + line + "\n";
  }
  return text;
}

void require_as_go_says(const std::string& path) {
  CAPTURE(path);
  const auto wanted = output_of({"go", "version", "-m", path});
  REQUIRE(wanted);
  const std::string bytes = read_file(path, real_limit);
  const auto elf = ElfFile::parse(as_bytes(bytes));
  REQUIRE(elf);
  const auto info = find_go_build_info(*elf);
  REQUIRE(info);
  CHECK(printed(path, *info) == full_lines(*wanted));
}

void write_go_program(const std::string& directory) {
  make_directories(directory + "/dep");
  write_file_atomic(directory + "/go.mod",
                    "module example.com/tool\n\ngo 1.19\n\nrequire example.com/dep v1.2.3\n\n"
                    "replace example.com/dep v1.2.3 => ./dep\n");
  write_file_atomic(directory + "/main.go",
                    "package main\n\nimport \"example.com/dep\"\n\nvar version string\n\n"
                    "func main() { println(dep.Name, version) }\n");
  write_file_atomic(directory + "/dep/go.mod", "module example.com/dep\n\ngo 1.19\n");
  write_file_atomic(directory + "/dep/dep.go", "package dep\n\nconst Name = \"dep\"\n");
}

TEST_CASE("build information of Go's own programs is as go version reads it") {
  if (!find_program("go")) {
    WARN("skipped: no go");
    return;
  }
  const std::string root(trim(output_of({"go", "env", "GOROOT"}).value_or("")));
  require_as_go_says(root + "/bin/go");
  for (const char* path : {"/usr/bin/skopeo", "/usr/bin/buildah", "/usr/sbin/dockerd"}) {
    if (file_exists(path)) require_as_go_says(path);
  }
}

TEST_CASE("a program that go builds tells its modules, of other machines too") {
  if (!find_program("go")) {
    WARN("skipped: no go");
    return;
  }
  const TempDir directory("/tmp");
  write_go_program(directory.path());
  const std::string program = directory.path() + "/tool";
  for (const char* machine : {"amd64", "mips"}) {
    CAPTURE(machine);
    REQUIRE(output_of(
        {"env", "GOARCH=" + std::string(machine), "CGO_ENABLED=0", "GOFLAGS=-mod=mod",
         "GOPROXY=off", "GOCACHE=" + directory.path() + "/cache", "go", "build", "-buildvcs=false",
         "-ldflags", "-s -w -X main.version=v4.5.6", "-o", program, "."},
        directory.path()));
    require_as_go_says(program);
    const auto find = read_real(*make_go_cataloger(), program);
    REQUIRE(find);
    REQUIRE(find->packages.size() == 3);
    CHECK(find->packages[0].package.name == "example.com/tool");
    CHECK(find->packages[0].package.version == "v4.5.6");
    CHECK(find->packages[0].package.architecture == machine);
    CHECK(find->packages[2].package.name == "example.com/dep");
    CHECK(find->packages[2].package.remarks ==
          std::vector<std::string>{"replaced by a local directory: ./dep"});
  }
}

TEST_CASE("crates are read from a program that rustc and objcopy made") {
  const auto rustc = find_program("rustc");
  const auto python = find_program("python3");
  if (!rustc || !python || !find_program("objcopy")) {
    WARN("skipped: no rustc, python3 or objcopy");
    return;
  }
  const TempDir directory("/tmp");
  const std::string program = directory.path() + "/tool";
  const std::string section = directory.path() + "/dep";
  write_file_atomic(directory.path() + "/main.rs", "fn main() {}\n");
  REQUIRE(output_of({"rustc", "-o", program, directory.path() + "/main.rs"}));
  CHECK_FALSE(read_real(*make_rust_cataloger(), program));
  REQUIRE(
      output_of({"python3", "-c",
                 "import json, sys, zlib; open(sys.argv[1], 'wb').write(zlib.compress(json.dumps("
                 "{'packages': [{'name': 'a', 'version': '1.0.0', 'source': 'local', "
                 "'root': True}]}).encode()))",
                 section}));
  REQUIRE(output_of({"objcopy", "--add-section", ".dep-v0=" + section, program}));
  const auto find = read_real(*make_rust_cataloger(), program);
  REQUIRE(find);
  REQUIRE(find->packages.size() == 1);
  CHECK(find->packages[0].package.name == "a");
}

/// A program, how it tells its version, and what stands before that.
struct RealCase {
  std::string path;
  std::vector<std::string> argv;
  std::string_view mark;
};

TEST_CASE("versions of programs on this machine are what they print") {
  const std::vector<RealCase> cases = {
      {"/bin/bash", {"bash", "--version"}, "version "},
      {"/usr/bin/perl", {"perl", "-v"}, "(v"},
      {"/usr/bin/git", {"git", "--version"}, "version "},
      {"/usr/bin/openssl", {"/usr/bin/openssl", "version"}, "OpenSSL "},
      {"/usr/bin/curl", {"curl", "--version"}, "curl "},
      {"/usr/bin/busybox", {"busybox", "--help"}, "BusyBox v"},
      {"/usr/bin/node", {"/usr/bin/node", "--version"}, "v"},
      {"/usr/bin/python3.11", {"/usr/bin/python3.11", "--version"}, "Python "},
      {"/usr/bin/php8.2", {"php8.2", "--version"}, "PHP "},
      {"/usr/sbin/nginx", {"nginx", "-v"}, "nginx/"},
  };
  int read = 0;
  for (const RealCase& c : cases) {
    if (!file_exists(c.path)) continue;
    const auto said = output_of(c.argv);
    if (!said || said->find(c.mark) == std::string::npos) continue;
    CAPTURE(c.path);
    const auto find = read_real(*make_software_cataloger(), c.path);
    REQUIRE(find);
    REQUIRE(find->packages.size() == 1);
    const std::string behind = said->substr(said->find(c.mark) + c.mark.size());
    CHECK_THAT(behind, Catch::Matchers::StartsWith(find->packages[0].package.version));
    ++read;
  }
  if (read == 0) WARN("skipped: none of the programs is here");
}

}  // namespace
}  // namespace lade::sbom
