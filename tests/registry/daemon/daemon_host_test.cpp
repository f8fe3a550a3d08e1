#include "registry/daemon/daemon_host.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"
#include "tests/support/http_server.h"

namespace lade::registry {
namespace {

TEST_CASE("a daemon is at a socket or a host") {
  struct Case {
    const char* host;
    const char* url;
    const char* socket;
  };
  const Case cases[] = {{"unix:///a/b.sock", "http://docker", "/a/b.sock"},
                        {"tcp://localhost", "http://localhost:2375", ""},
                        {"tcp://127.0.0.1:1234", "http://127.0.0.1:1234", ""},
                        {"tcp://[::1]", "http://[::1]:2375", ""},
                        {"http://a.test:1/", "http://a.test:1", ""},
                        {"https://a.test:1/base", "https://a.test:1/base", ""}};
  for (const Case& good : cases) {
    INFO(good.host);
    const DaemonHost host = parse_daemon_host({.host = good.host});
    CHECK(host.name == good.host);
    CHECK(host.url == good.url);
    CHECK(host.unix_socket == good.socket);
  }
}

TEST_CASE("a daemon is looked for at its sockets, the last if none is there") {
  const TempDir directory("/tmp", "lade-host");
  const std::string here = directory.path() + "/here.sock";
  CHECK(parse_daemon_host({}).unix_socket == "/var/run/docker.sock");
  CHECK(parse_daemon_host({.sockets = {"/no/a", "/no/b"}}).unix_socket == "/no/b");
  write_file_atomic(here, "");
  CHECK(parse_daemon_host({.sockets = {here, "/no/b"}}).unix_socket == here);
}

TEST_CASE("a daemon with certificates is spoken to over TLS") {
  const TempDir directory("/tmp", "lade-host");
  const std::string& path = directory.path();
  DaemonSettings settings{.host = "tcp://a.test", .certificate_directory = path};
  CHECK(parse_daemon_host(settings).url == "https://a.test:2376");
  CHECK(parse_daemon_host(settings).trust == TlsTrust{});
  write_file_atomic(path + "/ca.pem", "");
  write_file_atomic(path + "/cert.pem", "");
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { parse_daemon_host(settings); }),
             Catch::Contains("both cert.pem and key.pem"));
  write_file_atomic(path + "/key.pem", "");
  settings.verify = false;
  CHECK(parse_daemon_host(settings).trust == TlsTrust{.verify = false,
                                                      .authorities = {path + "/ca.pem"},
                                                      .client_certificate = path + "/cert.pem",
                                                      .client_key = path + "/key.pem"});
}

TEST_CASE("what is no place of a daemon is refused") {
  for (const char* host : {"docker", "unix://", "unix://relative", "tcp://", "npipe:////./pipe/x",
                           "fd://", "http://", "://"}) {
    INFO(host);
    const auto message = error_of(ErrorKind::invalid, [&] { parse_daemon_host({.host = host}); });
    CHECK_THAT(message, Catch::Contains("wanted unix:///PATH or tcp://HOST:PORT"));
  }
  const auto message =
      error_of(ErrorKind::unsupported, [] { parse_daemon_host({.host = "ssh://me@host"}); });
  CHECK_THAT(message, Catch::Contains("forward its socket"));
}

void expect_refused(ErrorKind kind, const std::string& socket, const std::string& message) {
  const DaemonHost host = parse_daemon_host({.host = "unix://" + socket});
  CHECK_THAT(error_of(kind, [&] { require_daemon(host); }), Catch::Contains(message));
}

TEST_CASE("it is told why nobody answers at a socket") {
  const TempDir directory("/tmp", "lade-host");
  const std::string path = directory.path() + "/s";
  expect_refused(ErrorKind::unavailable, path, "there is no Docker daemon at " + path);
  {
    const HttpServer gone([](const SeenRequest&) { return Answer{}; }, path);
  }
  expect_refused(ErrorKind::unavailable, path, path + " is not running");
  expect_refused(ErrorKind::invalid, "/" + std::string(200, 'x'), "too long");
  if (::geteuid() == 0) return;
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  expect_refused(ErrorKind::denied, path, "permission denied on the socket");
}

}  // namespace
}  // namespace lade::registry
