#pragma once

#include <exception>
#include <memory>
#include <span>
#include <string>

#include "libimage/base/callback_guard.h"
#include "libimage/base/cancel_token.h"
#include "libimage/base/error.h"
#include "registry/http/curl_pool.h"
#include "registry/http/http.h"
#include "registry/http/http_url.h"
#include "registry/http/proxy.h"

namespace lade::registry {

/// What a connection was made with, and how long to bear with it.
struct ExchangeSettings {
  std::string user_agent = "lade";
  long connect_seconds = 30;
  /// A transfer that moves nothing for so long is given up: `unavailable`.
  long stall_seconds = 60;
  /// Once cancelled, what is under way ends with `cancelled`; may be null.
  const CancelToken* cancel = nullptr;
  std::shared_ptr<const ProxySettings> proxies{};  ///< null: none
  /// The file of the system's certificate authorities, for hosts that have more of their own.
  std::string system_authorities = "/etc/ssl/certs/ca-certificates.crt";
};

/// What answered a request by https is no TLS; plain http, most often.
class SpeaksNoTls final : public Error {
 public:
  using Error::Error;
};

/// One request and one answer on the wire; no redirect is followed and nothing is tried twice. The
/// caller's thread drives it: it sends while the caller writes and receives while the caller reads.
/// Errors of the wire are `unavailable`, of certificates `denied`.
class Exchange final : public Source {
 public:
  Exchange(CurlPool& pool, const ExchangeSettings& settings, const HttpRequest& request,
           const HttpUrl& url);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() override;

  /// Sends a part of the request's body. False once the server has answered: it wants no more.
  bool send(std::span<const std::byte> bytes);
  /// The body has been sent; waits for status and headers of the answer.
  void receive();
  int status() const { return status_; }
  const HttpHeaders& headers() const { return headers_; }
  /// The answer's body, after `receive`.
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { CurlLibrary::get().easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { CurlLibrary::get().slist_free_all(list); }
  };

  template <class Value>
  void set(CURLoption option, Value value);
  void set_method(const HttpRequest& request);
  void set_headers(const HttpRequest& request);
  void set_trust(const TlsTrust& trust);
  static std::size_t on_send(char* buffer, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(const char* data, std::size_t, std::size_t size, void* self);
  static std::size_t on_header(const char* data, std::size_t, std::size_t size, void* self);
  std::size_t take_outgoing(std::span<std::byte> buffer);
  std::size_t take_body(std::span<const std::byte> bytes);
  void take_header(std::string_view line);
  void pump();
  void finish(CURLcode result);

  const CurlLibrary& curl_;
  const ExchangeSettings& settings_;
  std::string url_;
  std::string shown_;
  std::string authorities_;
  CurlPool::Lease multi_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  std::unique_ptr<curl_slist, FreeList> list_;
  CallbackGuard guard_;
  char error_[CURL_ERROR_SIZE] = {};

  std::span<const std::byte> outgoing_;
  bool sent_all_ = false;
  bool send_paused_ = false;

  int status_ = 0;
  HttpHeaders headers_;
  bool answered_ = false;  ///< status and headers are known
  bool done_ = false;
  std::exception_ptr failure_;   ///< of the wire, once the answer had begun
  std::span<std::byte> target_;  ///< where the reader wants its bytes
  std::size_t target_filled_ = 0;
  std::vector<std::byte> surplus_;  ///< what did not fit there
  std::size_t surplus_taken_ = 0;
  bool receive_paused_ = false;
};

}  // namespace lade::registry
