#include "signing/keyless/identity_token.h"

#include <catch2/catch.hpp>

#include "tests/signing/keyless/fake_services.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;

IdentityToken read(const std::string& text) {
  return read_identity_token(Secret(text), "the token", {.now = chains::now});
}

TEST_CASE("a token says who somebody is, by whom, and until when") {
  const IdentityToken token = read(token_of() + "\n");
  CHECK(token.issuer == "https://issuer.example");
  CHECK(token.principal() == "https://example.com/workflow");
  CHECK(token.expires.seconds == chains::now.seconds + 600);
  CHECK(token.text == Secret(token_of()));
}

TEST_CASE("a token of a person is for the address, if somebody verified it") {
  CHECK(read(token_of({{"email", "me@example.com"}, {"email_verified", true}})).principal() ==
        "me@example.com");
  CHECK(read(token_of({{"email", "me@example.com"}, {"email_verified", "true"}})).principal() ==
        "me@example.com");
  CHECK(read(token_of({{"email", ""}})).principal() == "https://example.com/workflow");
}

TEST_CASE("one of several audiences is enough") {
  CHECK_NOTHROW(read(token_of({{"aud", {"other", "sigstore"}}})));
}

TEST_CASE("a token that is no good is refused, and why is said") {
  struct Row {
    Json claims;
    const char* message;
  };
  const std::int64_t now = chains::now.seconds;
  const std::vector<Row> rows = {
      {{{"exp", now - 60}}, "expired at 2027-01-15T07:59:00Z, and it is 2027-01-15T08:00:00Z"},
      {{{"exp", now}}, "expired at"},
      {{{"nbf", now + 120}}, "is valid from 2027-01-15T08:02:00Z on"},
      {{{"aud", "vault"}}, R"(is for "vault"; wanted one for the audience "sigstore")"},
      {{{"aud", {"a", "b"}}}, R"(is for "a", "b"; wanted)"},
      {{{"aud", nullptr}}, "is for nobody; wanted"},
      {{{"email", "me@example.com"}}, "an address that nobody verified"},
      {{{"email", "me@example.com"}, {"email_verified", false}}, "that nobody verified"},
  };
  for (const Row& row : rows) {
    const std::string message = error_of(ErrorKind::denied, [&] { read(token_of(row.claims)); });
    CHECK_THAT(message, Contains(row.message));
    CHECK_THAT(message, Contains("the token, by https://issuer.example"));
  }
}

TEST_CASE("what is no token is refused, and nothing of it is repeated") {
  const std::string secret = "hunter2hunter2";
  const auto with_payload = [](const std::string& payload) {
    return "e30." + to_base64url(payload) + ".c2ln";
  };
  const std::vector<std::string> texts = {
      "",
      secret,
      secret + "." + secret,
      secret + "." + secret + "." + secret + "." + secret,
      "e30.!" + secret + ".c2ln",
      with_payload(secret),
      with_payload("[\"" + secret + "\"]"),
      with_payload("{\"" + secret + "\":1,}"),
      with_payload("{\"" + secret + "\":1,\"" + secret + "\":2}"),
      token_of({{"exp", secret}}),
      token_of({{"exp", -1}}),
      token_of({{"exp", 1e300}}),
      token_of({{"exp", nullptr}}),
      token_of({{"iss", nullptr}}),
      token_of({{"sub", nullptr}}),
      token_of({{"sub", 1}}),
      token_of({{"aud", {1}}}),
      token_of({{"nbf", "soon"}}),
      std::string(IdentityToken::size_limit_bytes + 1, '.'),
  };
  for (const std::string& text : texts) {
    INFO(text.substr(0, 80));
    const std::string message = error_of(ErrorKind::invalid, [&] { read(text); });
    CHECK_THAT(message, Contains("the token is no identity token: "));
    CHECK_THAT(message, !Contains(secret));
  }
}

}  // namespace
}  // namespace lade::signing
