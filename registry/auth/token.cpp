#include "registry/auth/token.h"

#include <algorithm>
#include <array>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/url.h"
#include "registry/auth/secret_json.h"

namespace lade::registry {
namespace {

constexpr std::size_t token_limit_bytes = 1U << 20U;
constexpr std::int64_t shortest_life_seconds = 60;
constexpr std::int64_t longest_life_seconds = 10LL * 365 * 24 * 3600;
constexpr std::string_view client_id = "lade";
constexpr std::string_view what = "the token server's answer";

void append_encoded(std::string& text, std::string_view value) {
  for (const char c : value) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

void append_field(std::string& text, std::string_view name, std::string_view value) {
  if (!text.empty() && text.back() != '?') text += '&';
  text.append(name) += '=';
  append_encoded(text, value);
}

Secret take_secret(const Json& json, std::string_view key) {
  std::string text = find_string(json, key, what).value_or("");
  Secret secret(text);
  wipe(text);
  return secret;
}

bool fits_header(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

BearerToken read_token(const Json& json, Timestamp now) {
  BearerToken result;
  result.token = take_secret(json, "token");
  if (result.token.empty()) result.token = take_secret(json, "access_token");
  if (result.token.empty()) fail(ErrorKind::corrupt, "{} holds no token", what);
  result.refresh_token = take_secret(json, "refresh_token");
  if (!fits_header(result.token.reveal()) || !fits_header(result.refresh_token.reveal())) {
    fail(ErrorKind::corrupt, "{} holds a token with bytes that no header may have", what);
  }
  const std::int64_t life =
      std::clamp(find_int(json, "expires_in", what).value_or(shortest_life_seconds),
                 shortest_life_seconds, longest_life_seconds);
  const auto issued = parse_rfc3339(find_string(json, "issued_at", what).value_or(""));
  // a token that were expired on arrival was issued by another clock than ours
  const bool believed = issued && *issued < now && now.seconds < issued->seconds + life;
  result.expires = believed ? *issued : now;
  result.expires.seconds += life;
  return result;
}

std::string query_url(const TokenRequest& request, std::string_view account) {
  std::string url = request.realm;
  url += url.find('?') == std::string::npos ? "?" : "";
  if (!account.empty()) append_field(url, "account", account);
  if (!request.service.empty()) append_field(url, "service", request.service);
  for (const Scope& scope : request.scopes) append_field(url, "scope", scope.str());
  if (url.ends_with('?')) url.pop_back();
  return url;
}

HttpAnswer send_refresh(const TokenRequest& request, const Secret& identity_token,
                        const HttpSend& send) {
  std::string form;
  append_field(form, "grant_type", "refresh_token");
  append_field(form, "service", request.service);
  append_field(form, "client_id", client_id);
  std::vector<std::string> scopes;
  for (const Scope& scope : request.scopes) scopes.push_back(scope.str());
  if (!scopes.empty()) append_field(form, "scope", join(scopes, " "));
  // room for the whole, so that growing leaves no copy of the secret behind
  form.reserve(form.size() + 3 * identity_token.reveal().size() + 32);
  append_field(form, "refresh_token", identity_token.reveal());
  HttpQuestion question{.method = "POST",
                        .url = request.realm,
                        .content_type = "application/x-www-form-urlencoded",
                        .body = Secret(form)};
  wipe(form);
  return send(question);
}

HttpAnswer send_get(const TokenRequest& request, const std::optional<Credentials>& credentials,
                    const HttpSend& send) {
  HttpQuestion question{.method = "GET", .url = {}};
  std::string account;
  if (credentials) {
    const bool has_password = !credentials->password.empty();
    account = credentials->username.empty() ? "<token>" : credentials->username;
    question.authorization = basic_authorization(
        account, has_password ? credentials->password : credentials->identity_token);
  }
  question.url = query_url(request, account);
  return send(question);
}

[[noreturn]] void refused(const HttpAnswer& answer, const TokenRequest& request,
                          const std::optional<Credentials>& credentials) {
  const bool may_pass = answer.status == 429 || answer.status >= 500;
  const std::string server = printable(without_userinfo(request.realm));
  if (may_pass) {
    fail(ErrorKind::unavailable, "cannot get a token from {}: it answered with status {}", server,
         answer.status);
  }
  std::vector<std::string> scopes;
  for (const Scope& scope : request.scopes) scopes.push_back(scope.str());
  fail(ErrorKind::denied, "cannot get a token for {} from {}: it answered {} with status {}",
       scopes.empty() ? "the registry" : printable(join(scopes, " ")), server,
       credentials ? fmt::format("the credentials of {}", credentials->source)
                   : std::string("an anonymous request"),
       answer.status);
}

}  // namespace

Secret basic_authorization(std::string_view username, const Secret& password) {
  std::string plain;
  plain.reserve(username.size() + password.reveal().size() + 1);
  plain.append(username).append(":").append(password.reveal());
  std::string encoded = to_base64(plain);
  wipe(plain);
  std::string header;
  header.reserve(encoded.size() + 8);
  header.append("Basic ").append(encoded);
  wipe(encoded);
  Secret result(header);
  wipe(header);
  return result;
}

BearerToken parse_token_response(std::string_view body, Timestamp now) {
  if (body.size() > token_limit_bytes) {
    fail(ErrorKind::corrupt, "{} has {} bytes, at most {} are read", what, body.size(),
         token_limit_bytes);
  }
  try {
    const SecretJson json(body, what);
    return read_token(json.value(), now);
  } catch (const Error& error) {
    throw Error(ErrorKind::corrupt, error.message());
  }
}

BearerToken fetch_token(const TokenRequest& request, const std::optional<Credentials>& credentials,
                        const HttpSend& send, Timestamp now) {
  HttpAnswer answer;
  const bool has_identity = credentials && !credentials->identity_token.empty();
  if (has_identity) {
    answer = send_refresh(request, credentials->identity_token, send);
    // GCR answers 404, Artifactory 401, ACR 400 to what it does not know
    constexpr std::array<int, 4> unknown = {400, 401, 404, 405};
    if (std::ranges::find(unknown, answer.status) != unknown.end()) {
      answer = send_get(request, credentials, send);
    }
  } else {
    answer = send_get(request, credentials, send);
  }
  const bool ok = answer.status >= 200 && answer.status < 300;
  if (!ok) refused(answer, request, credentials);
  try {
    BearerToken token = parse_token_response(answer.body, now);
    wipe(answer.body);
    return token;
  } catch (Error& error) {
    wipe(answer.body);
    error.add_context(printable(without_userinfo(request.realm)));
    throw;
  }
}

}  // namespace lade::registry
