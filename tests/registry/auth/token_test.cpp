#include "registry/auth/token.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/registry/auth/token_server.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

constexpr Timestamp now{1'700'000'000, 0};  // 2023-11-14T22:13:20Z

TEST_CASE("a token server's answer is read in all the forms in use") {
  struct Case {
    const char* body;
    const char* token;
    std::int64_t life;  ///< seconds from now
  };
  const Case cases[] = {
      {R"({"token":"t"})", "t", 60},
      {R"({"access_token":"a"})", "a", 60},
      {R"({"token":"t","access_token":"a"})", "t", 60},
      {R"({"token":"","access_token":"a"})", "a", 60},
      {R"({"token":"t","expires_in":300})", "t", 300},
      {R"({"token":"t","expires_in":5})", "t", 60},
      {R"({"token":"t","expires_in":-9})", "t", 60},
      {R"({"token":"t","expires_in":9000000000000000000})", "t", 315360000},
      {R"({"token":"t","expires_in":300,"issued_at":"2023-11-14T22:12:20Z"})", "t", 240},
      {R"({"token":"t","expires_in":300,"issued_at":"2023-11-14T23:13:20Z"})", "t", 300},
      {R"({"token":"t","expires_in":300,"issued_at":"2020-01-01T00:00:00Z"})", "t", 300},
      {R"({"token":"t","expires_in":300,"issued_at":"yesterday"})", "t", 300},
      {R"({"token":"t","expires_in":null,"issued_at":null,"more":[1]})", "t", 60},
  };
  for (const auto& [body, token, life] : cases) {
    CAPTURE(body);
    const BearerToken read = parse_token_response(body, now);
    CHECK((read.token.reveal() == token));
    CHECK(read.expires.seconds - now.seconds == life);
  }
  CHECK((parse_token_response(R"({"token":"t","refresh_token":"r"})", now).refresh_token.reveal() ==
         "r"));
}

TEST_CASE("an answer that is no token's is corrupt, and nothing of it is repeated") {
  const std::pair<std::string, const char*> cases[] = {
      {"", "is not valid JSON"},
      {"<html>s3cr3t", "is not valid JSON at line 1, column 1"},
      {R"({"token":"s3cr3t)", "is not valid JSON"},
      {R"(["s3cr3t"])", "must be a JSON object, got array"},
      {"{}", "holds no token"},
      {R"({"token":["s3cr3t"]})", "\"token\" must be a string, got array"},
      {R"({"token":"s3cr3t","expires_in":"s3cr3t"})", "\"expires_in\" must be a whole number"},
      {R"({"token":"s3cr3t\r\nX-Evil: 1"})", "bytes that no header may have"},
      {R"({"token":"s3cr3t","refresh_token":"a b"})", "bytes that no header may have"},
      {R"({"token":"s3cr3t","token":"s3cr3t"})", "occurs twice"},
      {std::string(2U << 20U, ' '), "has 2097152 bytes, at most 1048576 are read"},
      {std::string(1000, '['), "nested deeper"},
  };
  for (const auto& [body, message] : cases) {
    CAPTURE(body.substr(0, 100));
    const std::string got =
        error_of(ErrorKind::corrupt, [&body = body] { parse_token_response(body, now); });
    CHECK_THAT(got, Catch::StartsWith("the token server's answer") && Catch::Contains(message));
    CHECK(got.find("s3cr3t") == std::string::npos);
  }
}

TokenRequest request_of(std::string realm = "https://auth.a.io/token") {
  return {std::move(realm), "a.io", parse_scopes("repository:x/y:pull,push repository:z:pull")};
}

constexpr const char* query =
    "service=a.io&scope=repository%3Ax%2Fy%3Apull%2Cpush&scope=repository%3Az%3Apull";

TEST_CASE("an anonymous token is asked for by GET without authorization") {
  TokenServer server({{200, R"({"token":"t"})"}});
  CHECK((fetch_token(request_of(), {}, server.send(), now).token.reveal() == "t"));
  CHECK(server.asked() ==
        std::vector<std::string>{fmt::format("GET https://auth.a.io/token?{} [] ", query)});
}

TEST_CASE("a realm with a query of its own keeps it, one without service or scope gets none") {
  TokenServer server({{200, R"({"token":"t"})"}});
  fetch_token(request_of("https://a.io/t?tenant=1"), {}, server.send(), now);
  fetch_token({"https://a.io/t", "", {}}, {}, server.send(), now);
  CHECK(server.asked() ==
        std::vector<std::string>{fmt::format("GET https://a.io/t?tenant=1&{} [] ", query),
                                 "GET https://a.io/t [] "});
}

TEST_CASE("a password goes by GET with Basic") {
  TokenServer server({{200, R"({"token":"t"})"}});
  fetch_token(request_of(), Credentials{.username = "u&v", .password = Secret("p")}, server.send(),
              now);
  CHECK(server.asked() ==
        std::vector<std::string>{
            fmt::format("GET https://auth.a.io/token?account=u%26v&{} [Basic dSZ2OnA=] ", query)});
}

TEST_CASE("an identity token goes by POST, and by GET where the server knows no POST") {
  const Credentials credentials{.username = "u", .identity_token = Secret("i+d")};
  TokenServer modern({{200, R"({"access_token":"t","refresh_token":"newer"})"}});
  const BearerToken token = fetch_token(request_of(), credentials, modern.send(), now);
  CHECK((token.token.reveal() == "t"));
  CHECK((token.refresh_token.reveal() == "newer"));
  const std::string post =
      "POST https://auth.a.io/token [] grant_type=refresh_token&service=a.io&client_id=lade&"
      "scope=repository%3Ax%2Fy%3Apull%2Cpush%20repository%3Az%3Apull&refresh_token=i%2Bd";
  CHECK(modern.asked() == std::vector<std::string>{post});

  for (const int status : {400, 401, 404, 405}) {
    CAPTURE(status);
    TokenServer old({{status, ""}, {200, R"({"token":"t"})"}});
    fetch_token(request_of(), credentials, old.send(), now);
    CHECK(old.asked() ==
          std::vector<std::string>{
              post,
              fmt::format("GET https://auth.a.io/token?account=u&{} [Basic dTppK2Q=] ", query)});
  }
  TokenServer nameless({{404, ""}, {200, R"({"token":"t"})"}});
  fetch_token(request_of(), Credentials{.identity_token = Secret("id")}, nameless.send(), now);
  CHECK_THAT(nameless.asked().back(),
             Catch::Contains("account=%3Ctoken%3E") && Catch::Contains("[Basic PHRva2VuPjppZA==]"));
  TokenServer busy({{503, ""}});
  error_of(ErrorKind::unavailable,
           [&] { fetch_token(request_of(), credentials, busy.send(), now); });
  CHECK(busy.asked().size() == 1);
}

TEST_CASE("a refusal names server, scopes and where the credentials came from, no secret") {
  const Credentials credentials{
      .username = "u", .password = Secret("s3cr3t"), .source = "/home/u/auth.json"};
  struct Case {
    int status;
    ErrorKind kind;
    std::optional<Credentials> credentials;
    const char* message;
  };
  const Case cases[] = {
      {401, ErrorKind::denied, credentials,
       "cannot get a token for repository:x/y:pull,push repository:z:pull from "
       "https://auth.a.io/token: it answered the credentials of /home/u/auth.json with status 401"},
      {403, ErrorKind::denied, std::nullopt,
       "cannot get a token for repository:x/y:pull,push repository:z:pull from "
       "https://auth.a.io/token: it answered an anonymous request with status 403"},
      {500, ErrorKind::unavailable, credentials,
       "cannot get a token from https://auth.a.io/token: it answered with status 500"},
      {429, ErrorKind::unavailable, std::nullopt,
       "cannot get a token from https://auth.a.io/token: it answered with status 429"},
      {302, ErrorKind::denied, std::nullopt,
       "cannot get a token for repository:x/y:pull,push repository:z:pull from "
       "https://auth.a.io/token: it answered an anonymous request with status 302"},
  };
  for (const Case& row : cases) {
    CAPTURE(row.status);
    TokenServer server({{row.status, "s3cr3t"}});
    CHECK(error_of(row.kind, [&] {
            fetch_token(request_of("https://u:s3cr3t@auth.a.io/token"), row.credentials,
                        server.send(), now);
          }) == row.message);
  }
  TokenServer garbled({{200, "s3cr3t"}});
  const std::string got = error_of(
      ErrorKind::corrupt, [&] { fetch_token(request_of(), credentials, garbled.send(), now); });
  CHECK_THAT(got, Catch::StartsWith("https://auth.a.io/token: the token server's answer is not"));
  CHECK(got.find("s3cr3t") == std::string::npos);
}

const TokenKey key{"realm", "service", "scopes", "identity"};

BearerToken token_until(const char* text, std::int64_t seconds) {
  return {Secret(text), {}, {now.seconds + seconds, 0}};
}

TEST_CASE("a token is kept until shortly before it expires, per key") {
  TokenCache cache;
  int fetched = 0;
  const auto get = [&](const TokenKey& wanted, std::int64_t after_seconds) {
    return std::string(cache
                           .get(wanted, {now.seconds + after_seconds, 0},
                                [&] {
                                  ++fetched;
                                  return token_until(fetched == 1 ? "first" : "second", 60);
                                })
                           .reveal());
  };
  CHECK(get(key, 0) == "first");
  CHECK(get(key, 49) == "first");
  CHECK(fetched == 1);
  TokenKey other = key;
  SECTION("expired") { CHECK(get(key, 50) == "second"); }
  SECTION("other scopes") {
    other.scopes = "more";
    CHECK(get(other, 0) == "second");
  }
  SECTION("other user") {
    other.identity = "else";
    CHECK(get(other, 0) == "second");
  }
  CHECK(fetched == 2);
}

TEST_CASE("a refused token is dropped, its successor is not") {
  TokenCache cache;
  int fetched = 0;
  const auto get = [&] {
    return cache.get(key, now, [&] { return token_until(++fetched == 1 ? "a" : "b", 60); });
  };
  const Secret first = get();
  cache.drop(key, Secret("another"));
  CHECK((get() == first));
  cache.drop(key, first);
  CHECK((get().reveal() == "b"));
  cache.drop(key, first);
  CHECK((get().reveal() == "b"));
  cache.drop({"unknown", "", "", ""}, first);
}

TEST_CASE("of many threads that want one token one fetches it") {
  TokenCache cache;
  std::atomic<int> fetched = 0;
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const Secret token = cache.get(key, now, [&] {
        ++fetched;
        std::this_thread::yield();
        return token_until("t", 60);
      });
      if (token.reveal() == "t") ++right;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(fetched == 1);
  CHECK(right == 8);
}

TEST_CASE("a failed fetch is its own caller's, the next one tries anew") {
  TokenCache cache;
  error_of(ErrorKind::unavailable, [&] {
    cache.get(key, now, []() -> BearerToken { fail(ErrorKind::unavailable, "down"); });
  });
  CHECK((cache.get(key, now, [] { return token_until("t", 60); }).reveal() == "t"));
}

TEST_CASE("a cache of very many tokens still gives each its own") {
  TokenCache cache;
  for (int i = 0; i < 3000; ++i) {
    const std::string text = fmt::format("t{}", i);
    const Secret token = cache.get({"realm", "", text, ""}, now,
                                   [&] { return token_until(text.c_str(), i % 2 ? 60 : 5); });
    REQUIRE((token.reveal() == text));
  }
}

}  // namespace
}  // namespace lade::registry
