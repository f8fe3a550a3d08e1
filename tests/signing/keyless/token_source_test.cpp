#include "signing/keyless/token_source.h"

#include <catch2/catch.hpp>

#include "tests/signing/keyless/fake_services.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;

FakeClient silent() {
  return FakeClient([](const WebRequest&) -> WebAnswer { throw std::logic_error("asked"); });
}

TokenEnvironment github() {
  return {.actions_url = "https://token.example/request?api-version=2",
          .actions_token = Secret("the-bearer-of-actions")};
}

TEST_CASE("an environment without a token is asked nothing") {
  FakeClient client = silent();
  CHECK_FALSE(find_token(client, {}, "sigstore"));
  CHECK_FALSE(find_token(client, {.actions_url = "https://token.example"}, "sigstore"));
}

TEST_CASE("a variable comes before a service") {
  FakeClient client = silent();
  TokenEnvironment environment = github();
  environment.sigstore_token = Secret("first");
  CHECK(find_token(client, environment, "sigstore")->text == Secret("first"));
  CHECK(find_token(client, {.circle_token = Secret("circle")}, "sigstore")->source ==
        "the identity token in CIRCLE_OIDC_TOKEN_V2");
}

TEST_CASE("GitHub is asked for a token for the audience") {
  FakeClient client([](const WebRequest&) { return answered(R"({"value":"given"})", 200); });
  const auto found = find_token(client, github(), "my audience");
  REQUIRE(found);
  CHECK(found->text == Secret("given"));
  const WebRequest& asked = client.asked.at(0);
  CHECK(asked.method == "GET");
  CHECK(asked.url == "https://token.example/request?api-version=2&audience=my%20audience");
  CHECK(asked.authorization == Secret("Bearer the-bearer-of-actions"));
}

TEST_CASE("Buildkite is asked for a token for the job") {
  FakeClient client([](const WebRequest&) { return answered(R"({"token":"given"})", 200); });
  const TokenEnvironment environment{.buildkite_job = "1-2",
                                     .buildkite_token = Secret("agent-token")};
  CHECK(find_token(client, environment, "sigstore")->text == Secret("given"));
  const WebRequest& asked = client.asked.at(0);
  CHECK(asked.url == "https://agent.buildkite.com/v3/jobs/1-2/oidc/tokens");
  CHECK(asked.body == R"({"audience":"sigstore"})");
  CHECK(asked.authorization == Secret("Token agent-token"));
}

TEST_CASE("a token service that does not give one is an error that repeats no secret") {
  struct Row {
    WebAnswer answer;
    ErrorKind kind;
    const char* message;
  };
  const std::vector<Row> rows = {
      {refused(401, ErrorKind::denied, "no: the-bearer-of-actions"), ErrorKind::denied,
       "GitHub's token service at https://token.example/request answered 401: no: …"},
      {answered("{}", 200), ErrorKind::corrupt, "gave no token: its answer has no value"},
      {answered(R"({"value":""})", 200), ErrorKind::corrupt, "gave no token"},
      {answered(R"({"value":7})", 200), ErrorKind::corrupt, "gave no token"},
      {answered("[]", 200), ErrorKind::corrupt, "gave no token"},
      {answered("7", 200), ErrorKind::corrupt, "gave no token"},
      {answered("{", 200), ErrorKind::corrupt, "the answer of GitHub's token service"},
      {answered(R"({"value":"eyJ-the-bearer-token)", 200), ErrorKind::corrupt,
       "/request is not valid JSON"},
      {answered(R"({"value":"eyJ-the-bearer-token","value":"")", 200), ErrorKind::corrupt,
       "/request is not valid JSON"},
  };
  for (const Row& row : rows) {
    FakeClient client([&](const WebRequest&) { return row.answer; });
    const std::string message =
        error_of(row.kind, [&] { find_token(client, github(), "sigstore"); });
    CHECK_THAT(message, Contains(row.message));
    CHECK_THAT(message, !Contains("bearer"));
  }
}

TEST_CASE("no secret goes to another machine by plain http") {
  FakeClient client = silent();
  for (const char* url : {"http://token.example", "http://127.0.0.1.example", "http://127.evil/",
                          "http://localhost.example:80/"}) {
    TokenEnvironment environment = github();
    environment.actions_url = url;
    CHECK_THAT(error_of(ErrorKind::denied, [&] { find_token(client, environment, "sigstore"); }),
               Contains("over plain http"));
  }
}

TEST_CASE("what is no URL of a service is refused") {
  FakeClient client = silent();
  for (const char* url : {"token.example", "ftp://token.example", "https://", "https:///x",
                          "https://a b", "http://127.0.0.1\\@evil.example", "https://a\nb"}) {
    TokenEnvironment environment = github();
    environment.actions_url = url;
    CHECK_THAT(error_of(ErrorKind::invalid, [&] { find_token(client, environment, "sigstore"); }),
               Contains("the URL of GitHub's token service is"));
  }
  TokenEnvironment environment = github();
  environment.actions_url = "https://me:hunter2@token.example/";
  const std::string message =
      error_of(ErrorKind::invalid, [&] { find_token(client, environment, "sigstore"); });
  CHECK_THAT(message, Contains("may hold no user and password") && !Contains("hunter2"));
}

}  // namespace
}  // namespace lade::signing
