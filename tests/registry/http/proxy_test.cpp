#include "registry/http/proxy.h"

#include <catch2/catch.hpp>

#include "registry/http/http_client.h"
#include "tests/support/expect_error.h"
#include "tests/support/http_server.h"

namespace lade::registry {
namespace {

std::string proxy_of(const ProxySettings& settings, const std::string& url) {
  return proxy_for(settings, HttpUrl::parse(url));
}

TEST_CASE("each scheme has its proxy, and a proxy without a scheme is one of http") {
  const ProxySettings settings{.http = "plain:3128", .https = "https://me:pw@secure"};
  CHECK(proxy_of(settings, "http://a.example/x") == "http://plain:3128");
  CHECK(proxy_of(settings, "https://a.example/x") == "https://me:pw@secure");
  CHECK(proxy_of({.http = "p"}, "https://a.example/").empty());
  CHECK(proxy_of({.https = "p"}, "http://a.example/").empty());
  CHECK(proxy_of({.http = "socks5://p"}, "http://a.example/") == "socks5://p");
}

TEST_CASE("this machine is spoken to directly") {
  const ProxySettings settings{.http = "p", .https = "p"};
  for (const char* host : {"localhost", "localhost:5000", "LOCALHOST", "127.0.0.1", "127.9.9.9:80",
                           "[::1]", "[::ffff:127.0.0.1]:5000"}) {
    CAPTURE(host);
    CHECK(proxy_of(settings, fmt::format("http://{}/", host)).empty());
    CHECK(is_loopback(HttpUrl::parse(fmt::format("http://{}/", host))));
  }
  for (const char* host : {"localhost.example", "128.0.0.1", "[::2]", "127.0.0.1.example"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback(HttpUrl::parse(fmt::format("http://{}/", host))));
    CHECK_FALSE(proxy_of(settings, fmt::format("http://{}/", host)).empty());
  }
}

TEST_CASE("NO_PROXY names hosts, domains, addresses and networks, with and without a port") {
  struct Case {
    const char* none;
    const char* host;
    bool direct;
  };
  const std::vector<Case> cases = {
      {"*", "a.example", true},
      {"a.example", "a.example", true},
      {"a.example", "A.Example:8080", true},
      {"A.EXAMPLE", "a.example", true},
      {"a.example", "sub.a.example", true},
      {"a.example", "ba.example", false},
      {".a.example", "a.example", false},
      {".a.example", "sub.a.example", true},
      {"*.a.example", "a.example", false},
      {"*.a.example", "sub.a.example", true},
      {"a.example:8080", "a.example:8080", true},
      {"a.example:8080", "a.example:8081", false},
      {"a.example:80", "a.example", true},
      {" b.example , a.example ", "a.example", true},
      {",,", "a.example", false},
      {"", "a.example", false},
      {"10.1.2.3", "10.1.2.3", true},
      {"10.1.2.3", "10.1.2.4", false},
      {"10.1.2.3:5000", "10.1.2.3:5000", true},
      {"10.1.2.3:5000", "10.1.2.3:5001", false},
      {"10.0.0.0/8", "10.200.1.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"10.1.128.0/17", "10.1.127.1", false},
      {"10.1.128.0/17", "10.1.128.1", true},
      {"10.0.0.0/8", "a.example", false},
      {"10.0.0.0/99", "10.0.0.1", false},
      {"0.0.0.0/0", "9.9.9.9", true},
      {"fd00::/8", "[fd12::1]:80", true},
      {"fd00::/8", "[fe00::1]", false},
      {"fd12::1", "[fd12::1]", true},
      {"[fd12::1]:80", "[fd12::1]", true},
      {"::/0", "10.0.0.1", false},
  };
  for (const Case& item : cases) {
    CAPTURE(item.none, item.host);
    const ProxySettings settings{.http = "p", .none = item.none};
    CHECK(proxy_of(settings, fmt::format("http://{}/", item.host)).empty() == item.direct);
  }
}

TEST_CASE("a CGI program does not believe HTTP_PROXY, but HTTPS_PROXY it does") {
  const ProxySettings settings{.http = "p", .https = "q", .none = "b.example", .is_cgi = true};
  CHECK_THAT(error_of(ErrorKind::denied, [&] { proxy_of(settings, "http://a.example/?secret=1"); }),
             Catch::Contains("http://a.example/: HTTP_PROXY is not to be trusted") &&
                 !Catch::Contains("secret"));
  CHECK(proxy_of(settings, "https://a.example/") == "http://q");
  CHECK(proxy_of(settings, "http://b.example/").empty());
}

TEST_CASE("a request goes to the proxy with the whole URL, and past it where that is said") {
  HttpServer proxy([](const SeenRequest& request) { return Answer{.body = request.target}; });
  HttpServer direct([](const SeenRequest&) { return Answer{.body = "direct"}; });
  HttpOptions options;
  options.exchange.proxies =
      std::make_shared<ProxySettings>(ProxySettings{.http = proxy.host(), .none = "other.invalid"});
  options.attempts = 1;
  HttpClient client(options);
  const auto get = [&](const std::string& url) {
    return read_all(*client.send({.url = url}).body, 1000, "body");
  };
  CHECK(get("http://registry.invalid/v2/") == "http://registry.invalid/v2/");
  CHECK(get(direct.url("/")) == "direct");
  CHECK_THAT(error_of(ErrorKind::unavailable, [&] { get("http://other.invalid/"); }),
             Catch::Contains("other.invalid"));
  CHECK(proxy.seen().size() == 1);
}

TEST_CASE("libcurl is not asked what the environment says") {
  HttpServer proxy([](const SeenRequest&) { return Answer{.body = "proxy"}; });
  HttpServer server([](const SeenRequest&) { return Answer{.body = "direct"}; });
  struct Environment {
    explicit Environment(const std::string& value) { ::setenv("http_proxy", value.c_str(), 1); }
    ~Environment() { ::unsetenv("http_proxy"); }
  } environment(proxy.host());
  HttpClient client({});
  const HttpResponse response = client.send({.url = server.url("/")});
  CHECK(read_all(*response.body, 1000, "body") == "direct");
}

}  // namespace
}  // namespace lade::registry
