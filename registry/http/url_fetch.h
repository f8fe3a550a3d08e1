#pragma once

#include <memory>
#include <string>

#include "libimage/image/interfaces.h"
#include "registry/http/http_client.h"

namespace lade::registry {

/// Downloads documents over http and https (ADD of a URL), as HttpClient does.
class HttpUrlFetcher final : public UrlFetcher {
 public:
  /// The client outlives what is fetched.
  explicit HttpUrlFetcher(std::shared_ptr<HttpClient> client) : client_(std::move(client)) {}
  /// `not_found` for 404 and 410, `denied` for 401 and 403, `unavailable` for whatever may pass.
  FetchedUrl fetch(const std::string& url) override;

 private:
  std::shared_ptr<HttpClient> client_;
};

/// The file name in a Content-Disposition header or, without one, at the end of the URL's path;
/// empty if neither has one. Never holds a slash, never "." or "..".
std::string file_name_of(const std::string& content_disposition, const std::string& url);

}  // namespace lade::registry
