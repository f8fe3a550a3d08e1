#pragma once

#include <string>

#include "registry/http/http_url.h"

namespace lade::registry {

/// The proxies of a user, as the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY say them. They mean
/// what they mean to Docker, podman and everything else written in Go, which is not in all what
/// they mean to curl.
struct ProxySettings {
  std::string http{};   ///< for http URLs; "host:port" is "http://host:port"
  std::string https{};  ///< for https URLs
  /// Hosts that are spoken to directly, with commas between them: "*"; an address; a network
  /// ("10.0.0.0/8"); a domain, which stands for what is below it, too (".example.com": for that
  /// alone); each of them but networks with or without a port.
  std::string none{};
  /// The program may have been started by a web server, which puts the client's header "Proxy"
  /// where HTTP_PROXY is: that one is not trusted then.
  bool is_cgi = false;
};

/// Whether the host is this machine by its very name: localhost, 127.0.0.0/8, ::1.
bool is_loopback(const HttpUrl& url);

/// The proxy for a URL; empty: none. No proxy is asked for localhost and loopback addresses.
/// `denied` if a CGI program is told of a proxy for http.
std::string proxy_for(const ProxySettings& settings, const HttpUrl& url);

}  // namespace lade::registry
