#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "libimage/base/guarded.h"
#include "registry/http/exchange.h"
#include "registry/http/http.h"

namespace lade::registry {

struct HttpOptions {
  ExchangeSettings exchange{};
  /// How often a request is tried in all.
  int attempts = 4;
  /// Before the second attempt, roughly; twice that before the third.
  std::chrono::milliseconds pause{500};
  /// A server that asks to be left alone for longer is not waited for.
  std::chrono::seconds longest_pause{120};
  /// 0 <= r < 1, to keep many clients from coming back at once.
  std::function<double()> random = [] { return 0.5; };
  std::function<Timestamp()> now = [] { return Timestamp{}; };
  /// Hears what is waited for, a line each time.
  std::function<void(const std::string&)> notice{};
  /// Hears of every request and its answer, a line each; no secret is in it.
  std::function<void(const std::string&)> trace{};
};

/// Talks HTTP to any number of hosts. Connections are kept and used again; redirects are followed
/// (but where a request says otherwise) without taking credentials to another origin; what may pass
/// (408, 429, 5xx, a broken connection) is tried again with growing pauses, which all requests to
/// the same origin keep. Calls may come from several threads. Outlives the answers it gave.
class HttpClient {
 public:
  explicit HttpClient(HttpOptions options) : options_(std::move(options)) {}

  /// The answer, whatever its status. `unavailable` if none came in all attempts, `denied` for a
  /// certificate that does not verify or a redirect from https to http.
  HttpResponse send(const HttpRequest& request);

  /// A request whose body is written by the caller as it comes, once. `size_bytes` is known or
  /// HttpBody::unknown_size.
  class Upload {
   public:
    Upload(CurlPool& pool, const HttpOptions& options, HttpRequest request);
    /// False once the server answered without waiting for the rest.
    bool write(std::span<const std::byte> bytes) { return exchange_->send(bytes); }
    HttpResponse finish();

   private:
    const HttpOptions& options_;
    HttpRequest request_;
    std::unique_ptr<Exchange> exchange_;
  };
  Upload upload(HttpRequest request);

 private:
  HttpResponse send_to(const HttpRequest& request, const HttpUrl& url);
  HttpResponse send_once(const HttpRequest& request, const HttpUrl& url);
  std::chrono::milliseconds pause_after(int attempt, const HttpResponse* response) const;
  /// Nobody talks to the origin before the pause is over.
  void hold(const HttpUrl& url, std::chrono::milliseconds pause, std::string_view why);
  void wait_for(const std::string& origin) const;

  using Clock = std::chrono::steady_clock;

  HttpOptions options_;
  CurlPool pool_;
  mutable Guarded<std::map<std::string, Clock::time_point>> not_before_;
};

/// The kind of error a status stands for: 404 and 410 `not_found`, 401 and 403 `denied`, what may
/// pass `unavailable`, 409 `conflict`, anything else `invalid`.
ErrorKind kind_of_status(int status);

}  // namespace lade::registry
