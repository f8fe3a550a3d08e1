#include "registry/auth/credentials.h"

#include <catch2/catch.hpp>

#include "tests/registry/auth/auth_support.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

TEST_CASE("what --creds takes is a user, and a password after the first colon") {
  CHECK(shown(parse_credentials("u:p:q")) == "u:p:q");
  CHECK(shown(parse_credentials("u")) == "u:");
  CHECK(shown(parse_credentials("u:")) == "u:");
  CHECK(parse_credentials("u:p").source == "the command line");
  for (const char* text : {"", ":", ":s3cr3t"}) {
    CAPTURE(text);
    CHECK(error_of(ErrorKind::invalid, [&] { parse_credentials(text); }) ==
          "invalid credentials: wanted USER[:PASSWORD], got no user");
  }
}

TEST_CASE("what is typed after login becomes the key credentials are kept under") {
  const std::pair<const char*, const char*> cases[] = {
      {"a.io", "a.io"},
      {"a.io/", "a.io"},
      {"https://a.io/", "a.io"},
      {"docker://a.io/x/y", "a.io/x/y"},
      {"http://localhost:5000", "localhost:5000"},
      {"https://index.docker.io/v1/", "docker.io"},
      {"registry-1.docker.io", "docker.io"},
      {"index.docker.io/user", "docker.io/user"},
      {"[::1]:5000/x", "[::1]:5000/x"},
  };
  for (const auto& [text, key] : cases) {
    CAPTURE(text);
    CHECK(credential_key(text) == key);
  }
  for (const char* text : {"", "/", "https://", "a.io/x:1", "a.io/x@sha256:0", "a b", "/x"}) {
    CAPTURE(text);
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { credential_key(text); }),
               Catch::StartsWith("invalid registry \""));
  }
  const std::string got =
      error_of(ErrorKind::invalid, [] { credential_key("https://u:s3cr3t@a.io/"); });
  CHECK(got.find("s3cr3t") == std::string::npos);
}

}  // namespace
}  // namespace lade::registry
