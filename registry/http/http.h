#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libimage/stream/source.h"
#include "registry/http/http_headers.h"

namespace lade::registry {

/// How a host is to be trusted. Paths name PEM files.
struct TlsTrust {
  bool verify = true;
  std::vector<std::string> authorities{};  ///< beside those of the system
  std::string client_certificate{};
  std::string client_key{};

  bool operator==(const TlsTrust&) const = default;
};

/// What a request sends: bytes that can be had anew for another attempt.
struct HttpBody {
  /// The size of an upload that is sent in chunks, since nobody knows where it ends.
  static constexpr std::uint64_t unknown_size = UINT64_MAX;

  std::function<std::unique_ptr<Source>()> open;
  std::uint64_t size_bytes = 0;

  static HttpBody of(std::string text);
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers{};
  std::optional<HttpBody> body{};
  TlsTrust trust{};
  /// The path of a socket that is connected to, whatever host the URL has; empty: the host.
  std::string unix_socket{};
  /// Whether doing it twice is harmless, so that a broken attempt may be repeated. POST, too, where
  /// the caller knows so.
  bool repeatable = true;
  /// Whether to go where a redirect leads; if not, it is the answer. What a body says in confidence
  /// would go along.
  bool follow_redirects = true;
};

/// An answer, whatever its status. The body is read from the network as it is read here; dropping
/// it ends the transfer.
struct HttpResponse {
  int status = 0;
  HttpHeaders headers{};
  std::string url;  ///< that answered, after redirects
  std::unique_ptr<Source> body;

  /// Content-Length, if it was said.
  std::optional<std::uint64_t> size_bytes() const;
  bool ok() const { return status >= 200 && status < 300; }
};

}  // namespace lade::registry
