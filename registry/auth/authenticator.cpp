// A registry says by its first 401 how it wants to be asked. That is remembered, so that later
// requests carry their token at once. A token is bought for scopes: those that the request needs
// and those that the challenge names, which may be more (insufficient_scope) or other ones (some
// registries call repositories differently).
#include "registry/auth/authenticator.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"

namespace lade::registry {
namespace {

constexpr int retry_limit = 2;

std::string joined(std::span<const Scope> scopes) {
  std::string text;
  for (const Scope& scope : scopes) text.append(text.empty() ? "" : " ").append(scope.str());
  return text;
}

const Challenge* find_scheme(std::span<const Challenge> challenges, std::string_view scheme) {
  const auto found = std::ranges::find(challenges, scheme, [](const Challenge& challenge) {
    return std::string_view(challenge.scheme);
  });
  return found == challenges.end() ? nullptr : &*found;
}

Secret bearer(const Secret& token) {
  std::string header;
  header.reserve(token.reveal().size() + 8);
  header.append("Bearer ").append(token.reveal());
  Secret result(header);
  wipe(header);
  return result;
}

}  // namespace

Authenticator::Authorization Authenticator::begin(std::vector<Scope> scopes) {
  return {*this, merge_scopes(scopes, {})};
}

Authenticator::Learned Authenticator::learned() {
  const std::lock_guard lock(mutex_);
  return learned_;
}

void Authenticator::learn(const Learned& learned) {
  const std::lock_guard lock(mutex_);
  learned_ = learned;
}

std::optional<Authenticator::Learned> Authenticator::choose(
    std::span<const Challenge> challenges) const {
  if (const Challenge* challenge = find_scheme(challenges, "bearer")) {
    const auto realm = challenge->find("realm");
    if (realm && !realm->empty()) {
      return Learned{Scheme::bearer, *realm, challenge->find("service").value_or("")};
    }
  }
  if (find_scheme(challenges, "basic") != nullptr) return Learned{.scheme = Scheme::basic};
  return std::nullopt;
}

TokenKey Authenticator::key_of(const Learned& learned, std::span<const Scope> scopes) const {
  const auto& credentials = options_.credentials;
  return {learned.realm, learned.service, joined(scopes),
          credentials ? credentials->username + "\n" + credentials->source : ""};
}

Secret Authenticator::token(const Learned& learned, const std::vector<Scope>& scopes) {
  const bool is_safe = learned.realm.starts_with("https://") ||
                       (options_.plain_http && learned.realm.starts_with("http://"));
  if (!is_safe) {
    fail(ErrorKind::denied,
         "{} names \"{}\" as its token server: wanted https://, or http:// from a registry that "
         "is configured as insecure",
         options_.host, printable(without_userinfo(learned.realm)));
  }
  const Timestamp now = options_.clock();
  return tokens_.get(key_of(learned, scopes), now, [&] {
    std::optional<Credentials> credentials = options_.credentials;
    {
      const std::lock_guard lock(mutex_);
      if (credentials && !newer_identity_token_.empty()) {
        credentials->identity_token = newer_identity_token_;
      }
    }
    BearerToken fetched =
        fetch_token({learned.realm, learned.service, scopes}, credentials, options_.send, now);
    if (credentials && !credentials->identity_token.empty() && !fetched.refresh_token.empty()) {
      const std::lock_guard lock(mutex_);
      newer_identity_token_ = fetched.refresh_token;
    }
    return fetched;
  });
}

Secret Authenticator::Authorization::header() {
  const auto& credentials = owner_.options_.credentials;
  sent_ = true;
  if (credentials && !credentials->registry_token.empty()) {
    return bearer(credentials->registry_token);
  }
  used_ = owner_.learned();
  if (used_.scheme == Scheme::basic && credentials) {
    return basic_authorization(credentials->username, credentials->password);
  }
  if (used_.scheme == Scheme::bearer) {
    used_token_ = owner_.token(used_, scopes_);
    return bearer(used_token_);
  }
  sent_ = false;
  return {};
}

bool Authenticator::Authorization::retry_after(std::span<const std::string> www_authenticate) {
  const auto& credentials = owner_.options_.credentials;
  const bool has_fixed_token = credentials && !credentials->registry_token.empty();
  const std::vector<Challenge> challenges = parse_challenges(www_authenticate);
  unknown_schemes_.clear();
  const auto chosen = owner_.choose(challenges);
  if (!chosen) {
    for (const Challenge& challenge : challenges) unknown_schemes_.push_back(challenge.scheme);
    return false;
  }
  if (has_fixed_token || retries_ == retry_limit) return false;
  if (chosen->scheme == Scheme::basic &&
      (!credentials || (sent_ && used_.scheme == Scheme::basic))) {
    owner_.learn(*chosen);
    return false;
  }
  ++retries_;
  if (chosen->scheme == Scheme::bearer) {
    const Challenge& challenge = *find_scheme(challenges, "bearer");
    const std::vector<Scope> wanted =
        merge_scopes(scopes_, parse_scopes(challenge.find("scope").value_or("")));
    const bool same = used_.scheme == Scheme::bearer && used_.realm == chosen->realm &&
                      used_.service == chosen->service && wanted == scopes_;
    if (!used_token_.empty()) owner_.tokens_.drop(owner_.key_of(used_, scopes_), used_token_);
    // a token just bought for the same scopes would be refused as this one was
    if (same && retries_ > 1) return false;
    scopes_ = wanted;
  }
  owner_.learn(*chosen);
  return true;
}

std::string Authenticator::Authorization::explanation() const {
  const auto& credentials = owner_.options_.credentials;
  const std::string& host = owner_.options_.host;
  if (!unknown_schemes_.empty()) {
    return fmt::format("{} asks for authentication by {}: wanted Basic or Bearer", host,
                       printable(join(unknown_schemes_, ", ")));
  }
  if (!credentials) {
    return fmt::format(
        "{} refused an anonymous request, and no credentials for it are known: log in", host);
  }
  return fmt::format("{} refused the credentials of {}", host, credentials->source);
}

}  // namespace lade::registry
