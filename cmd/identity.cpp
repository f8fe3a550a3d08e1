#include "cmd/identity.h"

#include "cmd/secret_input.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
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

/// Every token begins with a JSON object in base64url; no sensible name of a file does, and a token
/// that is taken for one would be in a message.
bool is_token(const std::string& given) { return given.starts_with("ey"); }

signing::FoundToken find_text(const Session& session, signing::WebClient& client,
                              const std::string& given, const std::string& audience) {
  if (!given.empty()) {
    if (!is_token(given)) return read_token_file(given);
    return {Secret(given), "the identity token that was given"};
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
