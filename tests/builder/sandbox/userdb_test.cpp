#include "builder/sandbox/userdb.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade::builder {
namespace {

constexpr std::string_view passwd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "# a comment\n"
    "broken line\n"
    "app:x:1000:1001:App:/home/app:/bin/sh\n"
    "web:x:33:33:www:/var/www:/bin/false\n"
    "bad:x:many:1:::\n";
constexpr std::string_view group =
    "root:x:0:\n"
    "wheel:x:10:root,app\n"
    "app:x:1001:app\n"
    "docker:x:5:other,app\n"
    "many:x:10:app\n";

using Gids = std::vector<std::uint32_t>;

TEST_CASE("a USER value resolves to the ids, groups and home of the image's files") {
  struct Row {
    std::string_view user;
    ResolvedUser expected;
  };
  const Row rows[] = {
      {"", {0, 0, {10}, "/root"}},
      {"root", {0, 0, {10}, "/root"}},
      {"0", {0, 0, {10}, "/root"}},
      {"app", {1000, 1001, {5, 10}, "/home/app"}},
      {"1000", {1000, 1001, {5, 10}, "/home/app"}},
      {"app:wheel", {1000, 10, {}, "/home/app"}},
      {"app:42", {1000, 42, {}, "/home/app"}},
      {"1234", {1234, 0, {}, "/"}},
      {"1234:docker", {1234, 5, {}, "/"}},
      {"1234:5678", {1234, 5678, {}, "/"}},
      {"web", {33, 33, {}, "/var/www"}},
      {"4294967294", {4294967294, 0, {}, "/"}},
      {":app", {0, 1001, {}, "/root"}},
      {":42", {0, 42, {}, "/root"}},
      {"app:", {1000, 1001, {5, 10}, "/home/app"}},
      {":", {0, 0, {10}, "/root"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.user);
    const ResolvedUser got = resolve_user(row.user, passwd, group);
    CHECK(got.uid == row.expected.uid);
    CHECK(got.gid == row.expected.gid);
    CHECK(got.supplementary == row.expected.supplementary);
    CHECK(got.home == row.expected.home);
  }
}

TEST_CASE("numbers resolve in an image without user files") {
  const ResolvedUser user = resolve_user("7:8", "", "");
  CHECK(user.uid == 7);
  CHECK(user.gid == 8);
  CHECK(user.supplementary.empty());
  CHECK(resolve_user("", "", "").uid == 0);
}

TEST_CASE("a number alone owns files in the group of that number") {
  struct Row {
    std::string_view owner;
    std::uint32_t uid;
    std::uint32_t gid;
  };
  const Row rows[] = {
      {"1234", 1234, 1234},     {"1234:", 1234, 1234}, {"1000", 1000, 1000}, {"0", 0, 0},
      {"1000:app", 1000, 1001}, {"7:8", 7, 8},         {"app", 1000, 1001},  {"app:", 1000, 1001},
      {"app:wheel", 1000, 10},  {":app", 0, 1001},     {"", 0, 0},           {":", 0, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.owner);
    const FileOwner got = resolve_owner(row.owner, passwd, group);
    CHECK(got.uid == row.uid);
    CHECK(got.gid == row.gid);
  }
}

TEST_CASE("a USER value that cannot be resolved says what is missing") {
  struct Row {
    std::string_view user;
    ErrorKind kind;
    std::string_view message;
  };
  const Row rows[] = {
      {"nobody", ErrorKind::not_found, "no user \"nobody\" in /etc/passwd"},
      {"bad", ErrorKind::not_found, "no user \"bad\""},
      {"app:staff", ErrorKind::not_found, "no group \"staff\" in /etc/group"},
      {":staff", ErrorKind::not_found, "no group \"staff\" in /etc/group"},
      {"app:wheel:docker", ErrorKind::invalid, "[USER][:GROUP]"},
      {"4294967295", ErrorKind::invalid, "largest id"},
      {"0:99999999999999999999", ErrorKind::invalid, "largest id"},
      {"-1", ErrorKind::not_found, "no user \"-1\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.user);
    try {
      resolve_user(row.user, passwd, group);
      FAIL("resolved");
    } catch (const Error& error) {
      CHECK(error.kind() == row.kind);
      CHECK_THAT(error.message(), Catch::Contains(std::string(row.message)));
    }
  }
}

}  // namespace
}  // namespace lade::builder
