#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/secret.h"
#include "libimage/base/time.h"
#include "registry/auth/credentials.h"
#include "registry/auth/http_send.h"
#include "registry/auth/scope.h"

namespace lade::registry {

/// A token that a registry takes as "Authorization: Bearer …".
struct BearerToken {
  Secret token = {};
  Secret refresh_token = {};  ///< replaces the identity token it was bought with; often empty
  Timestamp expires = {};
};

/// What a token server answered: `token` or `access_token`, `expires_in` (60 s if absent or less),
/// `issued_at` (now if absent, unreadable or by another clock than ours), `refresh_token`. Throws
/// `corrupt`, without a word of the body, for what is no such answer or no value of a header.
BearerToken parse_token_response(std::string_view body, Timestamp now);

/// Which token is wanted and whom to ask (distribution-spec's token authentication).
struct TokenRequest {
  std::string realm;  ///< URL of the token server
  std::string service;
  std::vector<Scope> scopes;
};

/// Fetches one token: with an identity token by POST (grant_type=refresh_token) and, where the
/// server knows no such thing (400, 401, 404, 405), by GET with Basic; with a password by GET with
/// Basic; else anonymously. Throws `denied` if the server refuses, `unavailable` for 429 and 5xx,
/// `corrupt` for bad answers; messages name the server and where the credentials came from.
BearerToken fetch_token(const TokenRequest& request, const std::optional<Credentials>& credentials,
                        const HttpSend& send, Timestamp now);

/// "Basic <base64 of user:password>"
Secret basic_authorization(std::string_view username, const Secret& password);

/// What distinguishes tokens. No secret is in it: `identity` is user and source.
struct TokenKey {
  std::string realm;
  std::string service;
  std::string scopes;
  std::string identity;

  auto operator<=>(const TokenKey&) const = default;
};

/// Tokens in memory. Of many threads that want the same one, one fetches it and the others wait.
class TokenCache {
 public:
  /// A kept token, or that of `fetch()`, which is kept; a token counts as expired ten seconds
  /// before it is. What `fetch` throws goes to its own caller; the next one waiting tries anew.
  Secret get(const TokenKey& key, Timestamp now, const std::function<BearerToken()>& fetch);
  /// Forgets the token, unless another has taken its place: the server refused `token`.
  void drop(const TokenKey& key, const Secret& token);

 private:
  struct Slot {
    std::mutex fetching;
    std::optional<BearerToken> token;
  };

  std::shared_ptr<Slot> slot_of(const TokenKey& key, Timestamp now);

  std::mutex mutex_;
  std::map<TokenKey, std::shared_ptr<Slot>> slots_;
};

}  // namespace lade::registry
