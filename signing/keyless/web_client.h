#pragma once

#include <cstddef>
#include <string>

#include "libimage/base/error.h"
#include "libimage/base/secret.h"

/// The edge of this module: what asks a service on the network. Nothing here opens a connection;
/// whoever wants one hands a WebClient in.
namespace lade::signing {

/// What a service is asked.
struct WebRequest {
  std::string method = "POST";
  std::string url{};
  std::string content_type = "application/json";
  std::string accept = "application/json";
  std::string body{};
  Secret authorization{};  ///< the header field of this name; empty: none
};

/// What it says, whatever its status.
struct WebAnswer {
  int status = 0;
  ErrorKind failure = ErrorKind::internal;  ///< what the status stands for if it is no success
  std::string location{};                   ///< the header field of this name; empty: none
  std::string body{};

  bool ok() const { return status >= 200 && status < 300; }
};

class WebClient {
 public:
  /// What an answer may hold.
  static constexpr std::size_t answer_limit_bytes = std::size_t{4} << 20;

  virtual ~WebClient() = default;
  /// The answer of whom the URL names: a redirect is not followed. Asking twice does no harm: what
  /// may pass is tried again. `unavailable` if nobody answers, `corrupt` for an answer that is
  /// longer than it may be.
  virtual WebAnswer send(const WebRequest& request) = 0;
};

}  // namespace lade::signing
