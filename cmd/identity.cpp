#include "cmd/identity.h"

#include <algorithm>

#include "cmd/secret_input.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/keyless/token_source.h"

namespace lade::cmd {
namespace {

constexpr const char* token_file = "/var/run/sigstore/cosign/oidc-token";

signing::TokenEnvironment environment_of(const Session& session) {
  const auto secret = [&](const char* name) {
    return session.secret_variable(name).value_or(Secret());
  };
  const auto text = [&](const char* name) { return session.variable(name).value_or(""); };
  return {.sigstore_token = secret("SIGSTORE_ID_TOKEN"),
          .actions_url = text("ACTIONS_ID_TOKEN_REQUEST_URL"),
          .actions_token = secret("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
          .buildkite_endpoint = text("BUILDKITE_AGENT_ENDPOINT"),
          .buildkite_job = text("BUILDKITE_JOB_ID"),
          .buildkite_token = secret("BUILDKITE_AGENT_ACCESS_TOKEN"),
          .circle_token = secret("CIRCLE_OIDC_TOKEN_V2")};
}

signing::FoundToken read_token_file(const std::string& path) {
  return {read_secret_file(path, signing::IdentityToken::size_limit_bytes),
          "the identity token in " + path};
}

/// Three parts in base64url, which begin with a JSON object: "ey", unless the object begins with a
/// new line. What only might be a token is taken for one: as the name of a file it would be in a
/// message. A file of such a name has a path: ./a.b.c
bool is_token(std::string_view given) {
  if (given.starts_with("ey")) return true;
  return std::count(given.begin(), given.end(), '.') == 2 &&
         std::all_of(given.begin(), given.end(), [](char byte) {
           return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                  (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.';
         });
}

signing::FoundToken find_text(const Session& session, signing::WebClient& client,
                              const std::string& given, const std::string& audience) {
  if (!given.empty()) {
    const std::string_view token = trim(given);
    if (!is_token(token)) return read_token_file(given);
    return {Secret(token), "the identity token that was given (a file of such a name is ./NAME)"};
  }
  if (auto found = find_token(client, environment_of(session), audience)) {
    return std::move(*found);
  }
  if (file_exists(token_file)) return read_token_file(token_file);
  fail(ErrorKind::not_found,
       "there is no identity token to sign with: give --identity-token, set SIGSTORE_ID_TOKEN, or "
       "let the job have one (GitHub: permissions, id-token: write); or sign with --key");
}

}  // namespace

signing::IdentityToken find_identity(const Session& session, signing::WebClient& client,
                                     const std::string& given, const std::string& audience) {
  const signing::FoundToken found = find_text(session, client, given, audience);
  return signing::read_identity_token(found.text, found.source,
                                      {.audience = audience, .now = session.now()});
}

}  // namespace lade::cmd
