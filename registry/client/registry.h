#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libimage/base/progress.h"
#include "registry/auth/authenticator.h"
#include "registry/auth/scope.h"
#include "registry/http/http_client.h"

namespace lade::registry {

/// One registry as one user sees it: its address, how it is trusted, who asks. Requests go below
/// https://HOST/v2/; an insecure registry is tried with https, unverified, and then http; one on
/// this machine, where no network is between, with http first. Used from many threads.
class Registry {
 public:
  struct Options {
    std::string host;  ///< "host[:port]" as the reference has it; docker.io's own is found
    bool insecure = false;
    TlsTrust trust{};
    std::optional<Credentials> credentials{};
    std::shared_ptr<HttpClient> http;
    std::function<Timestamp()> clock;
    Progress* progress = &no_progress();  ///< hears what the registry warns of, each text once
  };

  explicit Registry(Options options);

  const std::string& host() const { return options_.host; }

  /// Sends with what the scopes need and repeats it once the registry has said how it wants to be
  /// asked. `request.url` is a path below the registry's root ("/v2/…") or an absolute URL, which
  /// gets no credentials unless it is the registry's own. `denied` for 401 and for 403, any other
  /// status is an answer.
  HttpResponse send(HttpRequest request, const std::vector<Scope>& scopes);
  /// The same for a body that is written as it comes. Nothing is repeated, so ask for something
  /// else first.
  HttpClient::Upload upload(HttpRequest request, const std::vector<Scope>& scopes);
  /// What a Location or Link field of an answer means.
  std::string resolve(const HttpResponse& response, const std::string& reference) const;
  /// Asks for /v2/; `denied` if the registry does not let this user in. Answers whether it wanted
  /// to know who it is.
  bool check_login();

 private:
  struct Base {
    HttpUrl url;
    TlsTrust trust;
  };

  const Base& base();
  Base find_base();
  std::optional<HttpResponse> find_answer(const Base& base);
  bool is_registry(const Base& base);
  HttpAnswer ask(const HttpQuestion& question);
  HttpResponse send_hinting(const HttpRequest& request);
  void complete(HttpRequest& request);
  bool is_own(const std::string& url);
  void note_warnings(const HttpResponse& response);

  Options options_;
  std::string address_;
  Authenticator authenticator_;
  std::once_flag base_once_;
  std::optional<Base> base_;
  std::mutex warned_mutex_;
  std::set<std::string> warned_;
};

/// Throws what an answer means that is no success: its status and what the registry says of it
/// (distribution-spec, "Error Codes"). `action` is "pull a/b", "push to a/b".
[[noreturn]] void fail_answer(HttpResponse& response, std::string_view action);

}  // namespace lade::registry
