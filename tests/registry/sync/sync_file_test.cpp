#include "registry/sync/sync_file.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

TEST_CASE("a sync file says what is wanted of which registry") {
  const auto found = parse_sync_file(R"(
registry.example.com:
    images:
        busybox: []
        nginx:
        redis:
            - "1.0"
            - 2.0
            - "sha256:0000000000000000000000000000000011111111111111111111111111111111"
    images-by-tag-regex:
        nginx: ^1\.13\.[12]-alpine-perl$
    images-by-semver:
        alpine: ">= 3.12.0"
    credentials:
        username: john
        password: this is a secret
    tls-verify: true
    cert-dir: /home/john/certs
a.example.com:
    tls-verify: false
)",
                                     "sync.yml");
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "a.example.com");
  CHECK(found[0].tls_verify == false);
  CHECK(found[0].images.empty());
  const SyncRegistry& wanted = found[1];
  CHECK(wanted.images.at("busybox").empty());
  CHECK(wanted.images.at("nginx").empty());
  CHECK(
      wanted.images.at("redis") ==
      std::vector<std::string>{
          "1.0", "2.0", "sha256:0000000000000000000000000000000011111111111111111111111111111111"});
  CHECK(wanted.by_tag_regex.at("nginx") == "^1\\.13\\.[12]-alpine-perl$");
  CHECK(wanted.by_semver.at("alpine") == ">= 3.12.0");
  CHECK(wanted.username == "john");
  CHECK(wanted.password.reveal() == "this is a secret");
  CHECK(wanted.tls_verify == true);
  CHECK(wanted.certificate_directory == "/home/john/certs");
}

TEST_CASE("an empty sync file wants nothing") {
  CHECK(parse_sync_file("", "sync.yml").empty());
  CHECK(parse_sync_file("{}", "sync.yml").empty());
}

TEST_CASE("what is wrong in a sync file is said with its place") {
  const auto [text, words] = GENERATE(table<std::string, std::string>({
      {"- a", "sync.yml:1:1: wanted a map of registries"},
      {"a: b", "sync.yml:1:4: wanted a map of what is wanted of the registry"},
      {"a:\n  image: {}", "got \"image\""},
      {"a:\n  images: [x]", "sync.yml:2:11: wanted a map of repositories"},
      {"a:\n  images: {x: y}", "wanted a list of tags and digests"},
      {"a:\n  images: {x: [[y]]}", "wanted a text"},
      {"a:\n  tls-verify: perhaps", "wanted true or false"},
      {"a:\n  credentials: {user: x}", "wanted username or password"},
      {"a: [", "not valid YAML"},
  }));
  CAPTURE(text);
  const std::string& wanted = words;
  const std::string& given = text;
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { parse_sync_file(given, "sync.yml"); }),
             Catch::Contains(wanted));
}

}  // namespace
}  // namespace lade::registry
