#include "registry/auth/authenticator.h"

#include <catch2/catch.hpp>

#include "tests/registry/auth/token_server.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

const std::string bearer =
    "Bearer realm=\"https://auth.a.io/t\",service=\"a.io\",scope=\"repository:x:pull\"";

struct Fixture {
  TokenServer server;
  Timestamp time{1'700'000'000, 0};
  Authenticator authenticator;

  explicit Fixture(std::optional<Credentials> credentials,
                   std::vector<HttpAnswer> answers = {{200, R"({"token":"t1"})"},
                                                      {200, R"({"token":"t2"})"}},
                   bool plain_http = false)
      : server(std::move(answers)),
        authenticator({.host = "a.io",
                       .credentials = std::move(credentials),
                       .plain_http = plain_http,
                       .send = server.send(),
                       .clock = [this] { return time; }}) {}

  Authenticator::Authorization begin(const char* scopes = "repository:x:pull") {
    return authenticator.begin(parse_scopes(scopes));
  }
};

std::string header(Authenticator::Authorization& authorization) {
  return std::string(authorization.header().reveal());
}

bool retry(Authenticator::Authorization& authorization, const std::string& challenge) {
  return authorization.retry_after(std::vector{challenge});
}

const Credentials password{.username = "u", .password = Secret("s3cr3t"), .source = "/auth.json"};

TEST_CASE("nothing is sent before the registry asks, and what it asks for from then on") {
  Fixture fixture(password);
  auto first = fixture.begin();
  CHECK(header(first).empty());
  CHECK(retry(first, bearer));
  CHECK(header(first) == "Bearer t1");
  auto second = fixture.begin();
  CHECK(header(second) == "Bearer t1");
  REQUIRE(fixture.server.asked().size() == 1);
  CHECK(fixture.server.asked()[0] ==
        "GET https://auth.a.io/t?account=u&service=a.io&scope=repository%3Ax%3Apull "
        "[Basic dTpzM2NyM3Q=] ");
}

TEST_CASE("Basic is answered with the password, and not twice") {
  Fixture fixture(password);
  auto first = fixture.begin();
  CHECK(header(first).empty());
  CHECK(retry(first, "Basic realm=\"x\""));
  CHECK(header(first) == "Basic dTpzM2NyM3Q=");
  CHECK_FALSE(retry(first, "Basic realm=\"x\""));
  CHECK(first.explanation() == "a.io refused the credentials of /auth.json");
  auto second = fixture.begin();
  CHECK(header(second) == "Basic dTpzM2NyM3Q=");
  CHECK_FALSE(retry(second, "Basic realm=\"x\""));
  CHECK(fixture.server.asked().empty());
}

TEST_CASE("who is not logged in gets nowhere with Basic and is told so") {
  Fixture fixture(std::nullopt);
  auto authorization = fixture.begin();
  CHECK_FALSE(retry(authorization, "Basic realm=\"x\""));
  CHECK(authorization.explanation() ==
        "a.io refused an anonymous request, and no credentials for it are known: log in");
  CHECK(header(authorization).empty());
}

TEST_CASE("Bearer is taken before Basic, and other schemes are told") {
  Fixture fixture(password);
  auto authorization = fixture.begin();
  CHECK(authorization.retry_after(std::vector<std::string>{"Basic realm=x", bearer}));
  CHECK(header(authorization) == "Bearer t1");

  auto other = fixture.begin();
  CHECK_FALSE(retry(other, "Negotiate, Digest qop=1"));
  CHECK(other.explanation() ==
        "a.io asks for authentication by negotiate, digest: wanted Basic or Bearer");
  auto silent = fixture.begin();
  CHECK_FALSE(silent.retry_after({}));
  CHECK_FALSE(retry(silent, "Bearer service=x"));
}

TEST_CASE("insufficient_scope buys a token for what the challenge names, once") {
  Fixture fixture(std::nullopt);
  auto authorization = fixture.begin();
  CHECK(retry(authorization, bearer));
  CHECK(header(authorization) == "Bearer t1");
  const std::string more =
      "Bearer realm=\"https://auth.a.io/t\",service=\"a.io\",scope=\"repository:x:pull,push\","
      "error=\"insufficient_scope\"";
  CHECK(retry(authorization, more));
  CHECK(header(authorization) == "Bearer t2");
  CHECK(fixture.server.asked().back() ==
        "GET https://auth.a.io/t?service=a.io&scope=repository%3Ax%3Apull%2Cpush [] ");
  CHECK_FALSE(retry(authorization, more));
}

TEST_CASE("a kept token that the registry refuses is bought anew, a new one is not") {
  Fixture fixture(std::nullopt);
  auto first = fixture.begin();
  CHECK(retry(first, bearer));
  CHECK(header(first) == "Bearer t1");

  auto second = fixture.begin();
  CHECK(header(second) == "Bearer t1");
  CHECK(retry(second, bearer));
  CHECK(header(second) == "Bearer t2");
  CHECK_FALSE(retry(second, bearer));

  auto third = fixture.begin();
  header(third);
  CHECK(retry(third, bearer));
}

TEST_CASE("a token just bought that is refused for the same scopes ends it") {
  Fixture fixture(std::nullopt);
  auto authorization = fixture.begin();
  CHECK(retry(authorization, bearer));
  header(authorization);
  CHECK_FALSE(retry(authorization, bearer));
}

TEST_CASE("an expired token is bought anew without asking the registry") {
  Fixture fixture(std::nullopt);
  auto first = fixture.begin();
  CHECK(retry(first, bearer));
  CHECK(header(first) == "Bearer t1");
  fixture.time.seconds += 55;
  auto second = fixture.begin();
  CHECK(header(second) == "Bearer t2");
}

TEST_CASE("two repositories of one request make one token with both scopes") {
  Fixture fixture(std::nullopt);
  auto authorization = fixture.begin("repository:x:pull,push repository:from:pull");
  CHECK(retry(authorization, bearer));
  header(authorization);
  CHECK(fixture.server.asked().back() ==
        "GET https://auth.a.io/t?service=a.io&scope=repository%3Afrom%3Apull&"
        "scope=repository%3Ax%3Apull%2Cpush [] ");
}

TEST_CASE("a newer identity token takes the place of the one it was bought with") {
  Fixture fixture(Credentials{.username = "u", .identity_token = Secret("old")},
                  {{200, R"({"access_token":"t","refresh_token":"new"})"}});
  auto first = fixture.begin();
  CHECK(retry(first, bearer));
  header(first);
  auto second = fixture.begin("repository:y:pull");
  header(second);
  REQUIRE(fixture.server.asked().size() == 2);
  CHECK_THAT(fixture.server.asked()[0], Catch::EndsWith("&refresh_token=old"));
  CHECK_THAT(fixture.server.asked()[1], Catch::EndsWith("&refresh_token=new"));
}

TEST_CASE("a registry token is sent as it is, and nothing else if it is refused") {
  Fixture fixture(Credentials{.registry_token = Secret("fixed"), .source = "/auth.json"});
  auto authorization = fixture.begin();
  CHECK(header(authorization) == "Bearer fixed");
  CHECK_FALSE(retry(authorization, bearer));
  CHECK(authorization.explanation() == "a.io refused the credentials of /auth.json");
  CHECK(fixture.server.asked().empty());
}

TEST_CASE("no token server is asked over plain http, unless the registry is insecure itself") {
  const std::string plain = "Bearer realm=\"http://u:s3cr3t@auth.a.io/t\"";
  for (const std::string& challenge : {plain, std::string("Bearer realm=\"file:///etc/passwd\""),
                                       std::string("Bearer realm=\"auth.a.io\"")}) {
    Fixture fixture(password);
    auto authorization = fixture.begin();
    CHECK(retry(authorization, challenge));
    const std::string got =
        error_of(ErrorKind::denied, [&] { static_cast<void>(authorization.header()); });
    CHECK_THAT(got, Catch::StartsWith("a.io names \"") &&
                        Catch::EndsWith("as its token server: wanted https://, or http:// from a "
                                        "registry that is configured as insecure"));
    CHECK(got.find("s3cr3t") == std::string::npos);
    CHECK(fixture.server.asked().empty());
  }
  Fixture insecure(password, {{200, R"({"token":"t"})"}}, true);
  auto authorization = insecure.begin();
  CHECK(retry(authorization, "Bearer realm=\"http://auth.a.io/t\""));
  CHECK(header(authorization) == "Bearer t");
  auto file = insecure.begin();
  CHECK(retry(file, "Bearer realm=\"file:///etc/passwd\""));
  error_of(ErrorKind::denied, [&] { static_cast<void>(file.header()); });
}

TEST_CASE("a malformed challenge is the registry's fault") {
  Fixture fixture(password);
  auto authorization = fixture.begin();
  error_of(ErrorKind::corrupt, [&] { retry(authorization, "Bearer realm=\"open"); });
}

}  // namespace
}  // namespace lade::registry
