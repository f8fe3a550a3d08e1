#include "signing/keyless/identity_token.h"

#include <algorithm>

#include "libimage/base/base64url.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

/// By how much the clocks of issuers may be ahead.
constexpr std::int64_t leeway_seconds = 60;
/// No time beyond the year 9999.
constexpr std::int64_t last_second = 253402300799;

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
  // nothing of the token itself: what is half a token may be all of a password
  fail(ErrorKind::invalid, "{} is no identity token: {}", what, why);
}

Json claims_of(std::string_view token, std::string_view what) {
  if (token.size() > IdentityToken::size_limit_bytes) refuse(what, "it is too long");
  if (std::count(token.begin(), token.end(), '.') != 2) {
    refuse(what, "wanted three parts with dots between them (a JSON Web Token)");
  }
  const auto first = token.find('.') + 1;
  auto payload = from_base64url(token.substr(first, token.rfind('.') - first));
  if (!payload) refuse(what, "its second part is not base64url");
  try {
    Json claims = parse_json(*payload, "it");
    wipe(*payload);
    if (claims.is_object()) return claims;
  } catch (const Error&) {
    wipe(*payload);
  }
  refuse(what, "its second part is no JSON object");
}

std::string text_claim(const Json& claims, const char* name, std::string_view what) {
  const auto found = claims.find(name);
  if (found == claims.end()) return {};
  if (!found->is_string()) refuse(what, fmt::format("its claim \"{}\" is no text", name));
  return found->get<std::string>();
}

/// Seconds since 1970, perhaps with a fraction (RFC 7519, 2, "NumericDate").
std::optional<std::int64_t> time_claim(const Json& claims, const char* name,
                                       std::string_view what) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::nullopt;
  const double seconds = found->is_number() ? found->get<double>() : -1;
  if (!(seconds >= 0 && seconds <= static_cast<double>(last_second))) {
    refuse(what, fmt::format("its claim \"{}\" is no time", name));
  }
  return static_cast<std::int64_t>(seconds);
}

/// One text, or a list of such.
std::vector<std::string> audiences_of(const Json& claims, std::string_view what) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return {};
  if (found->is_string()) return {found->get<std::string>()};
  std::vector<std::string> audiences;
  for (const Json& one : *found) {
    if (!one.is_string()) refuse(what, "its claim \"aud\" is no text");
    audiences.push_back(one.get<std::string>());
  }
  return audiences;
}

bool is_verified(const Json& claims) {
  const auto found = claims.find("email_verified");
  return found != claims.end() && (*found == true || *found == "true");
}

void require_audience(const IdentityToken& token, const std::vector<std::string>& audiences,
                      const TokenUse& use, std::string_view what) {
  if (std::find(audiences.begin(), audiences.end(), use.audience) != audiences.end()) return;
  std::vector<std::string> shown;
  for (const std::string& one : audiences) shown.push_back('"' + printable(one) + '"');
  fail(ErrorKind::denied, "{}, by {}, is for {}; wanted one for the audience \"{}\"", what,
       printable(token.issuer), shown.empty() ? "nobody" : join(shown, ", "), use.audience);
}

void require_time(const IdentityToken& token, std::optional<std::int64_t> starts,
                  const TokenUse& use, std::string_view what) {
  if (token.expires <= use.now) {
    fail(ErrorKind::denied, "{}, by {}, expired at {}, and it is {}: get a new one", what,
         printable(token.issuer), to_rfc3339(token.expires), to_rfc3339({use.now.seconds}));
  }
  if (starts && *starts > use.now.seconds + leeway_seconds) {
    fail(ErrorKind::denied, "{}, by {}, is valid from {} on, and it is {}", what,
         printable(token.issuer), to_rfc3339({*starts}), to_rfc3339({use.now.seconds}));
  }
}

}  // namespace

IdentityToken read_identity_token(const Secret& text, std::string_view what, const TokenUse& use) {
  IdentityToken token{.text = Secret(trim(text.reveal()))};
  const Json claims = claims_of(token.text.reveal(), what);
  token.issuer = text_claim(claims, "iss", what);
  token.subject = text_claim(claims, "sub", what);
  token.email = text_claim(claims, "email", what);
  const auto expires = time_claim(claims, "exp", what);
  if (token.issuer.empty() || token.subject.empty() || !expires) {
    refuse(what, "it lacks an issuer, a subject or a time when it expires (iss, sub, exp)");
  }
  token.expires = {.seconds = *expires};
  require_time(token, time_claim(claims, "nbf", what), use, what);
  require_audience(token, audiences_of(claims, what), use, what);
  if (!token.email.empty() && !is_verified(claims)) {
    fail(ErrorKind::denied, "{}, by {}, names {}, an address that nobody verified", what,
         printable(token.issuer), printable(token.email));
  }
  return token;
}

}  // namespace lade::signing
