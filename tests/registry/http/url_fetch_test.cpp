#include "registry/http/url_fetch.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>
#include <mutex>
#include <thread>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/stream/source.h"

namespace lade::registry {
namespace {

/// Answers each connection on a port of the loopback device with what `answer(path)` says, byte for
/// byte, and closes it.
class Server {
 public:
  explicit Server(std::function<std::string(const std::string& path)> answer)
      : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 8) == 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::string url(const std::string& path, const std::string& user = "") const {
    return fmt::format("http://{}127.0.0.1:{}{}", user, port_, path);
  }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve() {
    for (;;) {
      const Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      std::string request;
      char buffer[4096];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t got = ::recv(client.get(), buffer, sizeof buffer, 0);
        if (got <= 0) break;
        request.append(buffer, static_cast<std::size_t>(got));
      }
      const auto begin = request.find(' ');
      if (begin == std::string::npos) continue;
      const std::string path = request.substr(begin + 1, request.find(' ', begin + 1) - begin - 1);
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(path);
      }
      const std::string text = answer_(path);
      std::size_t sent = 0;
      while (sent < text.size()) {
        const ssize_t put =
            ::send(client.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (put <= 0) break;
        sent += static_cast<std::size_t>(put);
      }
    }
  }

  std::function<std::string(const std::string&)> answer_;
  Fd listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::thread thread_;
};

std::string response(const std::string& status, const std::string& headers,
                     const std::string& body) {
  return fmt::format("HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n{}", status,
                     body.size(), headers, body);
}

std::shared_ptr<HttpClient> make_client(std::chrono::milliseconds pause,
                                        const CancelToken* cancel = nullptr) {
  HttpOptions options;
  options.pause = pause;
  options.exchange.cancel = cancel;
  return std::make_shared<HttpClient>(std::move(options));
}

FetchedUrl fetch(const std::string& url) {
  // the body is read before the next document is asked for
  static std::shared_ptr<HttpClient> client;
  client = make_client(std::chrono::milliseconds(1));
  return HttpUrlFetcher(client).fetch(url);
}

std::string body_of(const FetchedUrl& fetched) {
  return read_all(*fetched.body, 1U << 30U, "body");
}

std::pair<ErrorKind, std::string> error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return {error.kind(), error.message()};
  }
  FAIL("nothing was thrown");
  return {};
}

TEST_CASE("the file name comes from the header, else from the path of the URL") {
  struct Row {
    const char* header;
    const char* url;
    const char* name;
  };
  const Row rows[] = {
      {"", "https://h/a/b.tar", "b.tar"},
      {"", "https://h/a/b.tar?x=/y#z", "b.tar"},
      {"", "https://h/a%20b", "a b"},
      {"", "https://h/a%2Fb", "b"},
      {"", "https://h/%2e%2e", ""},
      {"", "https://h/a%00b", ""},
      {"", "https://h/100%", "100%"},
      {"", "https://h/a/", ""},
      {"", "https://h", ""},
      {"attachment; filename=\"x y.zip\"; size=3", "https://h/b", "x y.zip"},
      {"attachment; FileName=x.zip ; size=3", "https://h/b", "x.zip"},
      {"attachment; filename=\"../../etc/passwd\"", "https://h/b", "passwd"},
      {"attachment; filename=\"..\"", "https://h/b", "b"},
      {"attachment; filename=\"", "https://h/b", "b"},
      {"attachment", "https://h/b", "b"},
  };
  for (const Row& row : rows) {
    INFO(row.header << " " << row.url);
    CHECK(file_name_of(row.header, row.url) == row.name);
  }
}

TEST_CASE("a document is fetched with its size, time and name") {
  Server server([](const std::string&) {
    return response("200 OK", "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n", "hello");
  });
  FetchedUrl fetched = fetch(server.url("/dir/file.txt?q"));
  CHECK(fetched.size_bytes == 5);
  CHECK(fetched.last_modified == Timestamp{1'700'000'000, 0});
  CHECK(fetched.file_name == "file.txt");
  CHECK(body_of(fetched) == "hello");
}

TEST_CASE("a large document comes whole, and an empty one empty") {
  const std::string large(20U << 20U, 'x');
  Server server([&](const std::string& path) {
    return response("200 OK", "", path == "/large" ? large : "");
  });
  CHECK(body_of(fetch(server.url("/large"))) == large);
  CHECK(body_of(fetch(server.url("/empty"))).empty());
}

TEST_CASE("redirects are followed, and what counts is the last answer's headers") {
  Server server([](const std::string& path) {
    if (path == "/end") return response("200 OK", "", "there");
    return response("302 Found",
                    "Location: /end\r\nContent-Disposition: attachment; filename=no\r\n", "moved");
  });
  FetchedUrl fetched = fetch(server.url("/start"));
  CHECK(fetched.file_name == "start");
  CHECK(body_of(fetched) == "there");
}

TEST_CASE("redirects without end, and to other protocols, are refused") {
  Server server([](const std::string& path) {
    const std::string to = path == "/file" ? "file:///etc/passwd" : "/again";
    return response("302 Found", "Location: " + to + "\r\n", "");
  });
  CHECK(error_of([&] { fetch(server.url("/file")); }).first == ErrorKind::invalid);
  CHECK_THROWS_AS(fetch(server.url("/again")), Error);
  CHECK(error_of([] { fetch("file:///etc/passwd"); }).first == ErrorKind::invalid);
}

TEST_CASE("a status that is no success is an error of its kind") {
  Server server([](const std::string& path) { return response(path.substr(1), "", "sorry"); });
  const auto kind = [&](const std::string& status) {
    return error_of([&] { fetch(server.url("/" + status)); });
  };
  CHECK(kind("404").first == ErrorKind::not_found);
  CHECK(kind("403").first == ErrorKind::denied);
  CHECK(kind("418").first == ErrorKind::invalid);
  CHECK(kind("404").second.find("the server answered 404") != std::string::npos);
  CHECK(server.asked().size() == 4);
}

TEST_CASE("what may pass is tried four times") {
  int failures = 2;
  Server server([&](const std::string& path) {
    if (path == "/never" || failures-- > 0) return response("503 Busy", "", "");
    return response("200 OK", "", "at last");
  });
  CHECK(body_of(fetch(server.url("/soon"))) == "at last");
  CHECK(server.asked().size() == 3);
  CHECK(error_of([&] { fetch(server.url("/never")); }).first == ErrorKind::unavailable);
  CHECK(server.asked().size() == 7);
}

TEST_CASE("a connection that breaks in the middle of the body is an error, not an end") {
  Server server([](const std::string&) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(40, 'x');
  });
  const auto [kind, message] = error_of([&] { body_of(fetch(server.url("/cut"))); });
  CHECK(kind == ErrorKind::unavailable);
}

TEST_CASE("a server that is not there is unavailable, and credentials are in no message") {
  std::string url;
  {
    Server server([](const std::string&) { return response("404 No", "", ""); });
    url = server.url("/x", "me:secret@");
    const auto [kind, message] = error_of([&] { fetch(url); });
    CHECK(kind == ErrorKind::not_found);
    CHECK(message.find("secret") == std::string::npos);
  }
  const auto [kind, message] = error_of([&] { fetch(url); });
  CHECK(kind == ErrorKind::unavailable);
  CHECK(message.find("secret") == std::string::npos);
}

TEST_CASE("a transfer that stands still ends when it is cancelled, before and in the body") {
  const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener.get(), 8) == 0);
  socklen_t size = sizeof address;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  CancelToken token;
  const bool in_body = GENERATE(false, true);
  CAPTURE(in_body);
  std::thread server([&] {
    const Fd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (in_body)
      write_full(client.get(), as_bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"));
    token.cancel();
    char buffer[4096];
    while (::recv(client.get(), buffer, sizeof buffer, 0) > 0) {
    }
  });
  HttpUrlFetcher fetcher(make_client(std::chrono::milliseconds(1), &token));
  const auto [kind, message] = error_of([&] {
    body_of(fetcher.fetch(fmt::format("http://127.0.0.1:{}/x", ntohs(address.sin_port))));
  });
  CHECK(kind == ErrorKind::cancelled);
  server.join();
}

TEST_CASE("waiting for the next attempt ends when it is cancelled") {
  CancelToken token;
  Server server([&](const std::string&) {
    token.cancel();
    return response("503 Busy", "", "");
  });
  HttpUrlFetcher fetcher(make_client(std::chrono::seconds(100), &token));
  CHECK(error_of([&] { fetcher.fetch(server.url("/x")); }).first == ErrorKind::cancelled);
}

}  // namespace
}  // namespace lade::registry
