#include "registry/http/http_client.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "registry/http/download.h"
#include "tests/support/expect_error.h"
#include "tests/support/http_server.h"

namespace lade::registry {
namespace {

template <class Body>
void expect_error(ErrorKind kind, const std::string& part, Body&& body) {
  CHECK_THAT(error_of(kind, body), Catch::Contains(part));
}

HttpOptions quick() {
  HttpOptions options;
  options.pause = std::chrono::milliseconds(1);
  return options;
}

std::string text_of(const HttpResponse& response) {
  return read_all(*response.body, 1U << 30U, "body");
}

TEST_CASE("an answer comes whole, whatever its status, and its headers without regard to case") {
  HttpServer server([](const SeenRequest& request) {
    return Answer{.status = request.path() == "/no" ? 404 : 200,
                  .headers = {{"X-Thing", "a"}, {"x-thing", "b"}},
                  .body = "hello " + request.header("x-asked")};
  });
  HttpClient client(quick());
  HttpResponse yes = client.send({.url = server.url("/yes"), .headers = {{"X-Asked", "you"}}});
  CHECK(yes.status == 200);
  CHECK(yes.headers.all("X-THING") == std::vector<std::string>{"a", "b"});
  CHECK(yes.size_bytes() == 9);
  CHECK(text_of(yes) == "hello you");
  HttpResponse no = client.send({.url = server.url("/no")});
  CHECK(no.status == 404);
  CHECK(text_of(no) == "hello ");
}

TEST_CASE("connections are used again") {
  HttpServer server([](const SeenRequest&) { return Answer{.body = "x"}; });
  HttpClient client(quick());
  for (int i = 0; i < 3; ++i) CHECK(text_of(client.send({.url = server.url("/")})) == "x");
  for (const SeenRequest& request : server.seen()) CHECK(request.connection == 0);
}

TEST_CASE("a trace tells each request, its answer and its tries, and no secret") {
  std::atomic<int> tries = 0;
  HttpServer server(
      [&](const SeenRequest&) { return Answer{.status = ++tries == 1 ? 503 : 200, .body = "x"}; });
  std::vector<std::string> lines;
  HttpOptions options = quick();
  options.trace = [&](const std::string& line) { lines.push_back(line); };
  HttpClient client(std::move(options));
  HttpRequest request{.url = server.url("/v2/?token=secret")};
  request.headers.add("Authorization", "Bearer secret");
  CHECK(text_of(client.send(request)) == "x");
  auto upload = client.upload({.method = "PUT", .url = server.url("/blob")});
  CHECK(upload.finish().status == 200);
  REQUIRE(lines.size() == 3);
  CHECK_THAT(lines[0], Catch::StartsWith("GET " + server.url("/v2/") + ": 503, 1 bytes, "));
  CHECK_THAT(lines[1], Catch::StartsWith("GET " + server.url("/v2/") + ": 200, 1 bytes, "));
  CHECK_THAT(lines[2], Catch::StartsWith("PUT " + server.url("/blob") + ": 200, "));
  for (const std::string& line : lines) CHECK(line.find("secret") == std::string::npos);
}

TEST_CASE("HEAD has no body to wait for") {
  HttpServer server([](const SeenRequest&) { return Answer{.claimed_size = "1000000"}; });
  HttpClient client(quick());
  HttpResponse response = client.send({.method = "HEAD", .url = server.url("/")});
  CHECK(response.size_bytes() == 1'000'000);
  CHECK(text_of(response).empty());
}

TEST_CASE("large bodies come whole in both directions") {
  std::string large;
  large.resize(9'000'001, 'q');
  HttpServer server([&](const SeenRequest& request) { return Answer{.body = request.body}; });
  HttpClient client(quick());
  HttpResponse response =
      client.send({.method = "PUT", .url = server.url("/"), .body = HttpBody::of(large)});
  CHECK(text_of(response) == large);
}

TEST_CASE("what may pass is tried again, with its body, and what will not is not") {
  const int status = GENERATE(408, 429, 500, 502, 503, 504);
  std::atomic<int> failures = 3;
  HttpServer server([&](const SeenRequest& request) {
    if (request.path() == "/no") return Answer{.status = 403};
    if (failures-- > 0) return Answer{.status = status, .headers = {{"Retry-After", "0"}}};
    return Answer{.body = request.body};
  });
  HttpClient client(quick());
  CHECK(text_of(client.send(
            {.method = "PUT", .url = server.url("/"), .body = HttpBody::of("again")})) == "again");
  CHECK(server.seen().size() == 4);
  CHECK(client.send({.url = server.url("/no")}).status == 403);
  CHECK(server.seen().size() == 5);
}

TEST_CASE("the last answer of a storm is the answer") {
  HttpServer server([](const SeenRequest&) { return Answer{.status = 429, .body = "slow down"}; });
  HttpClient client(quick());
  HttpResponse response = client.send({.url = server.url("/")});
  CHECK(response.status == 429);
  CHECK(text_of(response) == "slow down");
  CHECK(server.seen().size() == 4);
}

TEST_CASE("a server that asks for hours is not waited for") {
  HttpServer server([](const SeenRequest&) {
    return Answer{.status = 503, .headers = {{"Retry-After", "7200"}}};
  });
  HttpClient client(quick());
  CHECK(client.send({.url = server.url("/")}).status == 503);
  CHECK(server.seen().size() == 1);
}

TEST_CASE("a broken connection is tried again, unless twice would be wrong") {
  std::atomic<int> failures = 2;
  HttpServer server([&](const SeenRequest&) { return Answer{.hang_up = failures-- > 0}; });
  HttpClient client(quick());
  CHECK(client.send({.url = server.url("/")}).status == 200);
  CHECK(server.seen().size() == 3);
  failures = 1;
  // libcurl itself repeats what a kept connection lost before a byte came back, so take a new one
  HttpClient fresh(quick());
  expect_error(ErrorKind::unavailable, "", [&] {
    fresh.send({.method = "POST", .url = server.url("/"), .repeatable = false});
  });
  CHECK(server.seen().size() == 4);
}

TEST_CASE("credentials and certificates do not go to another origin") {
  HttpServer other([](const SeenRequest&) { return Answer{.body = "there"}; });
  HttpServer server([&](const SeenRequest& request) {
    if (request.path() == "/same") return Answer{.status = 307, .headers = {{"Location", "/end"}}};
    if (request.path() == "/end") return Answer{.body = "here"};
    return Answer{.status = 307, .headers = {{"Location", other.url("/blob?signature=s3cret")}}};
  });
  HttpClient client(quick());
  const HttpHeaders secret{{"Authorization", "Bearer t0ken"}, {"Accept", "text/plain"}};
  CHECK(text_of(client.send({.url = server.url("/same"), .headers = secret})) == "here");
  CHECK(server.seen().back().header("authorization") == "Bearer t0ken");
  HttpResponse away = client.send({.url = server.url("/away"), .headers = secret});
  CHECK(away.url == other.url("/blob?signature=s3cret"));
  CHECK(text_of(away) == "there");
  REQUIRE(other.seen().size() == 1);
  CHECK(other.seen().front().header("authorization").empty());
  CHECK(other.seen().front().header("accept") == "text/plain");
}

TEST_CASE("307 keeps method and body, 303 asks for a page") {
  HttpServer server([](const SeenRequest& request) {
    if (request.path() == "/307") return Answer{.status = 307, .headers = {{"Location", "/end"}}};
    if (request.path() == "/303") return Answer{.status = 303, .headers = {{"Location", "/end"}}};
    return Answer{.body = request.method + request.body};
  });
  HttpClient client(quick());
  const auto sent = [&](const std::string& path) {
    return text_of(
        client.send({.method = "PUT", .url = server.url(path), .body = HttpBody::of("x")}));
  };
  CHECK(sent("/307") == "PUTx");
  CHECK(sent("/303") == "GET");
}

TEST_CASE("a redirect that is not to be followed is the answer") {
  HttpServer server([](const SeenRequest&) {
    return Answer{.status = 307, .headers = {{"Location", "http://other.example/"}}};
  });
  HttpClient client(quick());
  const HttpResponse response = client.send({.method = "POST",
                                             .url = server.url("/"),
                                             .body = HttpBody::of("token"),
                                             .follow_redirects = false});
  CHECK(response.status == 307);
  CHECK(response.headers.find("Location") == "http://other.example/");
  CHECK(server.seen().size() == 1);
}

TEST_CASE("redirects without end, to nowhere and to files are refused") {
  HttpServer server([](const SeenRequest& request) {
    const std::string to = request.path() == "/file" ? "file:///etc/passwd" : "/again";
    return Answer{.status = 302, .headers = {{"Location", to}}};
  });
  HttpClient client(quick());
  expect_error(ErrorKind::unavailable, "was redirected 10 times",
               [&] { client.send({.url = server.url("/again")}); });
  expect_error(ErrorKind::invalid, "wanted a URL of http or https",
               [&] { client.send({.url = server.url("/file")}); });
}

TEST_CASE("a server that is not there is unavailable, and no secret of the URL is told") {
  std::string url;
  {
    HttpServer gone([](const SeenRequest&) { return Answer{}; });
    url = "http://me:passw0rd@" + gone.host() + "/x?token=s3cret";
  }
  HttpClient client(quick());
  try {
    client.send({.url = url});
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::unavailable);
    CHECK(error.message().find("passw0rd") == std::string::npos);
    CHECK(error.message().find("s3cret") == std::string::npos);
    CHECK(error.message().find("after 4 attempts") != std::string::npos);
  }
}

TEST_CASE("an upload is written as it comes; a server that has had enough says so") {
  HttpServer server([](const SeenRequest& request) {
    return Answer{.status = 201, .body = std::to_string(request.body.size())};
  });
  HttpClient client(quick());
  HttpRequest request{.method = "PUT", .url = server.url("/"), .body = HttpBody{{}, 3'000'000}};
  auto upload = client.upload(request);
  const std::string part(1'000'000, 'p');
  for (int i = 0; i < 3; ++i) CHECK(upload.write(std::as_bytes(std::span(part))));
  HttpResponse response = upload.finish();
  CHECK(response.status == 201);
  CHECK(text_of(response) == "3000000");

  server.set_early([](const SeenRequest&, Answer& answer) {
    answer.status = 413;
    return true;
  });
  HttpRequest endless = request;
  endless.body->size_bytes = 1U << 30U;
  auto refused = client.upload(endless);
  while (refused.write(std::as_bytes(std::span(part)))) {
  }
  CHECK(refused.finish().status == 413);
}

TEST_CASE("what is interrupted ends as cancelled") {
  CancelToken interrupted;
  HttpServer server([&](const SeenRequest&) {
    interrupted.cancel();
    return Answer{.body = std::string(1000, 'x'), .drip_ms = 1000};
  });
  HttpOptions options = quick();
  options.exchange.cancel = &interrupted;
  HttpClient client(options);
  expect_error(ErrorKind::cancelled, "stopped",
               [&] { text_of(client.send({.url = server.url("/")})); });
}

std::string download(HttpClient& client, const std::string& url, std::uint64_t from,
                     std::uint64_t size) {
  Download body([&](const HttpRequest& request) { return client.send(request); }, {.url = url},
                from, size);
  return read_all(body, 1U << 30U, "body");
}

/// Answers ranges of `content`, each answer cut after `cut` bytes.
Answer ranged(const SeenRequest& request, const std::string& content, std::int64_t cut) {
  const std::string range = request.header("range");
  if (range.empty()) return Answer{.body = content, .cut_after = cut};
  const std::size_t first = std::stoul(range.substr(6));
  return Answer{.status = 206,
                .headers = {{"Content-Range", fmt::format("bytes {}-{}/{}", first,
                                                          content.size() - 1, content.size())}},
                .body = content.substr(first),
                .cut_after = static_cast<std::int64_t>(content.size() - first) <= cut ? -1 : cut};
}

std::string counted(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + " ";
  return text.substr(0, size);
}

TEST_CASE("a download carries on where the connection broke") {
  const std::string content = counted(100'000);
  HttpServer server([&](const SeenRequest& request) { return ranged(request, content, 9'000); });
  HttpClient client(quick());
  CHECK(download(client, server.url("/"), 0, content.size()) == content);
  CHECK(server.seen().size() == 12);
  CHECK(server.seen().back().header("range") == "bytes=99000-");
  CHECK(download(client, server.url("/"), 95'000, content.size()) == content.substr(95'000));
}

TEST_CASE("a server without ranges is read from the start again") {
  const std::string content = counted(50'000);
  std::atomic<int> asked = 0;
  HttpServer server([&](const SeenRequest&) {
    return Answer{.body = content, .cut_after = asked++ == 0 ? 20'000 : -1};
  });
  HttpClient client(quick());
  CHECK(download(client, server.url("/"), 0, content.size()) == content);
  CHECK(asked == 2);
}

TEST_CASE("a download that gets nowhere ends, and so does one that is sent the wrong bytes") {
  const std::string content = counted(50'000);
  HttpServer server([&](const SeenRequest& request) {
    if (request.path() == "/stuck") {
      Answer answer = ranged(request, content, 20'000);
      if (!request.header("range").empty()) answer.cut_after = 0;
      return answer;
    }
    if (request.header("range").empty()) return Answer{.body = content, .cut_after = 10};
    return Answer{
        .status = 206, .headers = {{"Content-Range", "bytes 0-49999/50000"}}, .body = content};
  });
  HttpClient client(quick());
  CHECK_THROWS_AS(download(client, server.url("/stuck"), 0, content.size()), Error);
  expect_error(ErrorKind::corrupt, "was asked for bytes from 10 on and sent",
               [&] { download(client, server.url("/wrong"), 0, content.size()); });
}

}  // namespace
}  // namespace lade::registry
