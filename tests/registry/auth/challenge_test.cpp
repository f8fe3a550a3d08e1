#include "registry/auth/challenge.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

/// "scheme(token68){name=value,…}" of each challenge.
std::string shown(const std::vector<std::string>& headers) {
  std::string text;
  for (const Challenge& challenge : parse_challenges(headers)) {
    if (!text.empty()) text += " ";
    text += challenge.scheme;
    if (!challenge.token68.empty()) text += "(" + challenge.token68 + ")";
    text += "{";
    for (const auto& [name, value] : challenge.parameters) text += name + "=" + value + ";";
    text += "}";
  }
  return text;
}

TEST_CASE("challenges are read as RFC 9110 writes them") {
  struct Case {
    std::vector<std::string> headers;
    const char* expected;
  };
  const Case cases[] = {
      {{}, ""},
      {{""}, ""},
      {{" , ,"}, ""},
      {{"Basic"}, "basic{}"},
      {{"Basic realm=\"a b\""}, "basic{realm=a b;}"},
      {{"BASIC Realm=x"}, "basic{realm=x;}"},
      {{"Bearer "
        "realm=\"https://auth.a.io/token\",service=\"a.io\",scope=\"repository:x:pull,push\""},
       "bearer{realm=https://auth.a.io/token;service=a.io;scope=repository:x:pull,push;}"},
      {{"Bearer  realm = \"r\" ,\tservice= s"}, "bearer{realm=r;service=s;}"},
      {{"Bearer realm=\"a \\\"quoted\\\" \\\\ one\""}, "bearer{realm=a \"quoted\" \\ one;}"},
      {{"Bearer realm=\"\""}, "bearer{realm=;}"},
      {{"Bearer realm=https://a.io/t,service=x"}, "bearer{realm=https://a.io/t;service=x;}"},
      {{"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\""},
       "newauth{realm=apps;type=1;title=Login to \"apps\";} basic{realm=simple;}"},
      {{"Negotiate, Basic realm=x"}, "negotiate{} basic{realm=x;}"},
      {{"Negotiate oYG2MIGzoAMKAQ==, Basic realm=x"},
       "negotiate(oYG2MIGzoAMKAQ==){} basic{realm=x;}"},
      {{"Negotiate abc"}, "negotiate(abc){}"},
      {{"Digest qop=\"auth\"", "Basic realm=x, Bearer realm=y"},
       "digest{qop=auth;} basic{realm=x;} bearer{realm=y;}"},
      {{"Basic realm=x,,, Bearer realm=y,"}, "basic{realm=x;} bearer{realm=y;}"},
      {{"Bearer error=\"insufficient_scope\", error_description=\"a, b = c\""},
       "bearer{error=insufficient_scope;error_description=a, b = c;}"},
  };
  for (const auto& [headers, expected] : cases) {
    CAPTURE(headers);
    CHECK(shown(headers) == expected);
  }
}

TEST_CASE("a malformed challenge is refused with its place and what was wanted") {
  const std::pair<std::string, const char*> cases[] = {
      {"=x", "at byte 1: wanted a scheme"},
      {"Basic realm=\"open", "at byte 18: wanted the quote that ends the value"},
      {"Basic realm=\"open\\", "wanted the quote that ends the value"},
      {"Basic realm=x realm2=y", "at byte 15: wanted a comma"},
      {"Basic realm", "nothing"},
      {"Basic realm x", "at byte 13: wanted \"=\""},
      {"Basic realm=a, realm=b", "wanted a parameter that did not occur before"},
      {"Basic\x01realm=a", "at byte 6: wanted a blank after the scheme"},
      {"Basic realm=\"a\nb\"", "at byte 15: wanted no control byte"},
      {"Basic realm=a\x7f", "wanted a value"},
      {"Basic \"x\"", "at byte 7: wanted a parameter"},
  };
  for (const auto& [header, message] : cases) {
    CAPTURE(header);
    if (std::string_view(message) == "nothing") {
      CHECK(shown({header}) == "basic(realm){}");
      continue;
    }
    const std::string got =
        error_of(ErrorKind::corrupt, [&header = header] { parse_challenges(std::vector{header}); });
    CHECK_THAT(got, Catch::StartsWith("the registry's WWW-Authenticate header \"") &&
                        Catch::Contains(message));
    CHECK(got.find('\n') == std::string::npos);
  }
}

TEST_CASE("headers of hostile size are refused") {
  std::string many_schemes, many_parameters = "Basic a=1";
  for (int i = 0; i < 40; ++i) {
    many_schemes += "x,";
    many_parameters += fmt::format(",a{}=1", i);
  }
  for (const std::string& header : {std::string(70'000, 'a'), many_schemes, many_parameters}) {
    const std::string got =
        error_of(ErrorKind::corrupt, [&] { parse_challenges(std::vector{header}); });
    CHECK(got.size() < 500);
  }
}

TEST_CASE("a parameter is found by its name") {
  const auto challenges = parse_challenges(std::vector<std::string>{"Basic Realm=x"});
  REQUIRE(challenges.size() == 1);
  CHECK(challenges[0].find("realm") == "x");
  CHECK_FALSE(challenges[0].find("service"));
}

}  // namespace
}  // namespace lade::registry
