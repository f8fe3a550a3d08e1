#include "registry/daemon/daemon_host.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"
#include "registry/http/http_url.h"

namespace lade::registry {
namespace {

constexpr std::string_view plain_port = ":2375";
constexpr std::string_view tls_port = ":2376";

std::string default_host(const std::vector<std::string>& sockets) {
  for (const std::string& socket : sockets) {
    if (file_exists(socket)) return "unix://" + socket;
  }
  return "unix://" + (sockets.empty() ? std::string("/var/run/docker.sock") : sockets.back());
}

/// Those of the three files that are there.
TlsTrust trust_of(const DaemonSettings& settings) {
  TlsTrust trust{.verify = settings.verify};
  const std::string& directory = settings.certificate_directory;
  if (directory.empty()) return trust;
  const std::string authority = join_path(directory, "ca.pem");
  const std::string certificate = join_path(directory, "cert.pem");
  const std::string key = join_path(directory, "key.pem");
  if (file_exists(authority)) trust.authorities.push_back(authority);
  if (file_exists(certificate) != file_exists(key)) {
    fail(ErrorKind::invalid, "{} must hold both cert.pem and key.pem, or neither", directory);
  }
  if (file_exists(key)) {
    trust.client_certificate = certificate;
    trust.client_key = key;
  }
  return trust;
}

bool has_port(std::string_view address) {
  const auto end = address.rfind(']');  // of an IPv6 address
  return address.find(':', end == std::string_view::npos ? 0 : end) != std::string_view::npos;
}

DaemonHost at_address(const std::string& name, std::string_view scheme, std::string_view address,
                      const DaemonSettings& settings) {
  DaemonHost host{.name = name, .url = fmt::format("{}://{}", scheme, address)};
  if (scheme == "https") host.trust = trust_of(settings);
  while (host.url.ends_with('/')) host.url.pop_back();
  HttpUrl::parse(host.url);  // `invalid` if it is none
  return host;
}

[[noreturn]] void fail_connect(const DaemonHost& host, int error_number) {
  const std::string& path = host.unix_socket;
  switch (error_number) {
    case ENOENT:
      fail(ErrorKind::unavailable,
           "there is no Docker daemon at {}: is it running? --daemon-host or DOCKER_HOST name "
           "another",
           path);
    case ECONNREFUSED:
      fail(ErrorKind::unavailable, "the Docker daemon at {} is not running", path);
    case EACCES:
    case EPERM:
      fail(
          ErrorKind::denied,
          "permission denied on the socket of the Docker daemon, {}: its group (docker) may use it",
          path);
    default:
      fail_errno(error_number, "cannot connect to the Docker daemon at " + path);
  }
}

}  // namespace

DaemonHost parse_daemon_host(const DaemonSettings& settings) {
  const std::string name = settings.host.empty() ? default_host(settings.sockets) : settings.host;
  const auto separator = name.find("://");
  const std::string scheme = name.substr(0, separator);
  const std::string rest = separator == std::string::npos ? "" : name.substr(separator + 3);
  if (scheme == "unix" && rest.starts_with('/')) {
    return {.name = name, .url = "http://docker", .unix_socket = rest};
  }
  if (scheme == "ssh") {
    fail(ErrorKind::unsupported,
         "a Docker daemon is not reached through ssh: forward its socket, as by ssh -L "
         "./docker.sock:/var/run/docker.sock, and name it unix://$PWD/docker.sock");
  }
  if (!rest.empty() && (scheme == "http" || scheme == "https")) {
    return at_address(name, scheme, rest, settings);
  }
  if (!rest.empty() && scheme == "tcp") {
    const bool tls = !settings.certificate_directory.empty();
    std::string address = rest;
    if (!has_port(address)) address += tls ? tls_port : plain_port;
    return at_address(name, tls ? "https" : "http", address, settings);
  }
  fail(ErrorKind::invalid, "\"{}\" is no Docker daemon: wanted unix:///PATH or tcp://HOST:PORT",
       printable(without_userinfo(name)));
}

void require_daemon(const DaemonHost& host) {
  if (host.unix_socket.empty()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (host.unix_socket.size() >= sizeof address.sun_path) {
    fail(ErrorKind::invalid, "the path of a socket is too long: {}", printable(host.unix_socket));
  }
  std::memcpy(address.sun_path, host.unix_socket.data(), host.unix_socket.size());
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!probe) fail_errno("cannot make a socket");
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail_connect(host, errno);
  }
}

}  // namespace lade::registry
