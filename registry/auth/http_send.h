#pragma once

#include <functional>
#include <string>

#include "libimage/base/secret.h"

namespace lade::registry {

/// A request of the token protocol. Nothing secret is in the URL.
struct HttpQuestion {
  std::string method;  ///< "GET" or "POST"
  std::string url;
  Secret authorization = {};      ///< value of the header Authorization; empty: none
  std::string content_type = {};  ///< of the body; empty: none
  Secret body = {};
};

/// What came back. No redirect is followed with `authorization` to another host.
struct HttpAnswer {
  int status = 0;
  std::string body = {};  ///< bounded by whoever sends; more than 1 MiB is refused here
};

/// Sends and waits. Throws `unavailable` if no answer came; statuses are answers. Retries where the
/// server says so are its affair. Called from any thread.
using HttpSend = std::function<HttpAnswer(const HttpQuestion&)>;

}  // namespace lade::registry
