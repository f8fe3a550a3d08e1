#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "registry/auth/challenge.h"
#include "registry/auth/credentials.h"
#include "registry/auth/http_send.h"
#include "registry/auth/scope.h"
#include "registry/auth/token.h"

namespace lade::registry {

/// How one registry wants to be spoken to, learned from its challenges and remembered for all later
/// requests. One per registry and user; used from many threads.
///
///     auto authorization = authenticator.begin({repository_scope(reference)});
///     do {
///       response = send(request, authorization.header());
///     } while (response.status == 401 && authorization.retry_after(response.www_authenticate));
///     if (response.status == 401) fail(ErrorKind::denied, "…: {}", authorization.explanation());
class Authenticator {
 public:
  struct Options {
    std::string host;  ///< of the registry, for messages
    std::optional<Credentials> credentials = {};
    bool plain_http = false;  ///< the registry is insecure: its token server may be, too
    HttpSend send = {};
    std::function<Timestamp()> clock = {};
  };

  explicit Authenticator(Options options) : options_(std::move(options)) {}

  class Authorization;
  /// For one request that needs these scopes.
  Authorization begin(std::vector<Scope> scopes);

 private:
  enum class Scheme { unknown, none, basic, bearer };
  struct Learned {
    Scheme scheme = Scheme::unknown;
    std::string realm = {};
    std::string service = {};
  };

  Learned learned();
  void learn(const Learned& learned);
  std::optional<Learned> choose(std::span<const Challenge> challenges) const;
  TokenKey key_of(const Learned& learned, std::span<const Scope> scopes) const;
  Secret token(const Learned& learned, const std::vector<Scope>& scopes);

  Options options_;
  std::mutex mutex_;
  Learned learned_;              ///< under mutex_
  Secret newer_identity_token_;  ///< under mutex_: a token server has replaced the one we had
  TokenCache tokens_;
};

/// The authorization of one request; not shared between threads.
class Authenticator::Authorization {
 public:
  /// The value of the header Authorization; empty: send none. Fetches a token where one is needed;
  /// throws as fetch_token does, and `denied` if the token server would be asked over plain http.
  Secret header();
  /// After an answer 401 with these WWW-Authenticate headers: whether to send the request once
  /// more, which is at most twice: the first challenge of a registry, and a token that was refused
  /// for its age or (insufficient_scope) its scopes. Throws `corrupt` for a malformed header.
  bool retry_after(std::span<const std::string> www_authenticate);
  /// Why it is denied, after `retry_after` said no: who was refused, or that nobody is logged in.
  std::string explanation() const;

 private:
  friend class Authenticator;
  Authorization(Authenticator& owner, std::vector<Scope> scopes)
      : owner_(owner), scopes_(std::move(scopes)) {}

  Authenticator& owner_;
  std::vector<Scope> scopes_;
  Learned used_;       ///< what `header` went by
  Secret used_token_;  ///< the token it sent
  bool sent_ = false;  ///< whether it sent any credentials or token
  int retries_ = 0;
  std::vector<std::string> unknown_schemes_;
};

}  // namespace lade::registry
