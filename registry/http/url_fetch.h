#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "libimage/base/cancel_token.h"
#include "libimage/image/interfaces.h"

namespace lade::registry {

/// Downloads documents over http and https (ADD of a URL). Follows at most ten redirects, verifies
/// TLS, gives up on a transfer that stands still for a minute, tries again three times where the
/// server or the connection failed before the body began.
class HttpUrlFetcher final : public UrlFetcher {
 public:
  /// `pause` is what is waited before the first further attempt, twice that before the next. Once
  /// `cancel` is, fetching and reading bodies throw `cancelled`; it may be null, and outlives them.
  explicit HttpUrlFetcher(std::chrono::milliseconds pause = std::chrono::milliseconds(400),
                          const CancelToken* cancel = nullptr)
      : pause_(pause), cancel_(cancel) {}
  /// `not_found` for 404 and 410, `denied` for 401 and 403, `unavailable` for whatever may pass.
  FetchedUrl fetch(const std::string& url) override;

 private:
  std::chrono::milliseconds pause_;
  const CancelToken* cancel_;
};

/// The file name in a Content-Disposition header or, without one, at the end of the URL's path;
/// empty if neither has one. Never holds a slash, never "." or "..".
std::string file_name_of(const std::string& content_disposition, const std::string& url);

}  // namespace lade::registry
