#pragma once

#include <memory>

#include "registry/http/http_client.h"
#include "signing/keyless/web_client.h"

namespace lade::cmd {

/// Asks services as registries are asked: by the proxies of the environment, with the certificate
/// authorities of the system, again after what may pass. Redirects are
/// not followed: a token in a body would go along.
class HttpWebClient final : public signing::WebClient {
 public:
  explicit HttpWebClient(std::shared_ptr<registry::HttpClient> client)
      : client_(std::move(client)) {}
  signing::WebAnswer send(const signing::WebRequest& request) override;

 private:
  std::shared_ptr<registry::HttpClient> client_;
};

}  // namespace lade::cmd
