#include "sbom/distribution/chisel.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "sbom/distribution/chisel_manifest.h"
#include "tests/sbom/distribution/distribution_fixture.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

const std::string hash(64, 'a');
const std::string manifest = R"({"jsonwall":"1.0","schema":"1.0","count":7}
{"kind":"content","slice":"bash_bins","path":"/usr/bin/bash"}
{"kind":"content","slice":"libc6_libs","path":"/usr/lib/"}
{"kind":"content","slice":"libc6_libs","path":"/usr/lib/libc.so.6"}
{"kind":"package","name":"bash","version":"5.2.15-2","sha256":")" +
                             hash + R"(","arch":"amd64"}
{"kind":"package","name":"libc6","version":"2.36-9","sha256":"short","arch":"amd64"}
{"kind":"path","path":"/usr/bin/bash","mode":"0755","slices":["bash_bins"],"size":12}
{"kind":"slice","name":"bash_bins"}
)";

Find find_in(std::string_view text) {
  const std::string packed = pack(text, Compression::zstd);
  return parse_chisel_manifest(as_bytes(std::string_view(packed)));
}

TEST_CASE("a Chisel manifest tells Debian packages and what their slices brought") {
  const Find find = find_in(manifest);
  CHECK(find.problem.empty());
  REQUIRE(find.packages.size() == 2);
  const Package& bash = find.packages[0].package;
  CHECK(bash.type == PackageType::deb);
  CHECK(bash.name == "bash");
  CHECK(bash.version == "5.2.15-2");
  CHECK(bash.architecture == "amd64");
  CHECK(bash.hashes == std::vector<PackageHash>{{"sha256", hash}});
  CHECK(find.packages[1].package.hashes.empty());
  CHECK(owned_paths_of(find) ==
        std::vector<std::string_view>{"usr/bin/bash\n", "usr/lib\nusr/lib/libc.so.6\n"});
}

TEST_CASE("a Chisel manifest is found wherever it lies") {
  const Inventory inventory = inventory_of(
      {TarBuilder{}.file("srv/chisel/manifest.wall", pack(manifest, Compression::zstd))});
  CHECK(versions_of(inventory) == Lines{"bash 5.2.15-2", "libc6 2.36-9"});
  CHECK(inventory.packages[0].purl == "pkg:deb/bash@5.2.15-2?arch=amd64");
}

TEST_CASE("faults of a Chisel manifest are told") {
  const std::string head = "{\"jsonwall\":\"1.0\"}\n";
  const std::string good = R"({"kind":"package","name":"a","version":"1"})";
  const std::vector<std::pair<std::string, std::string>> rows{
      {head + "{\n" + good, "line 2 is not valid JSON at line 1"},
      {head + "[]\n" + good, "line 2"},
      {head + R"({"kind":"package","name":"a"})" + "\n" + good, "line 2"},
      {head + R"({"kind":"package","name":"","version":"1"})" + "\n" + good,
       "line 2: a package without a name"},
      {head + std::string(100'000, ' ') + "x\n" + good, "line 2 has 100001 bytes"},
      {"{}\n" + good, "line 1"},
  };
  for (const auto& [text, problem] : rows) {
    const Find find = find_in(text);
    CHECK_THAT(find.problem, Catch::StartsWith(problem));
    CHECK(find.packages.size() == 1);
  }
  CHECK(error_of(ErrorKind::unsupported, [] { find_in("{\"jsonwall\":\"2.0\"}\n"); }) ==
        "a jsonwall of version 2.0");
  error_of(ErrorKind::corrupt,
           [] { parse_chisel_manifest(as_bytes(std::string_view("no zstd at all"))); });
}

TEST_CASE("a Chisel manifest that unpacks to too much is refused") {
  std::string blank;
  blank.resize(300U << 20U, '\n');
  const std::string packed = pack(blank, Compression::zstd);
  CHECK_THAT(error_of(ErrorKind::invalid,
                      [&] { parse_chisel_manifest(as_bytes(std::string_view(packed))); }),
             Catch::Contains("268"));
}

}  // namespace
}  // namespace lade::sbom
