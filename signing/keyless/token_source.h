#pragma once

#include <optional>
#include <string>

#include "libimage/base/secret.h"
#include "signing/keyless/web_client.h"

namespace lade::signing {

/// What services that run jobs leave in the environment for whoever needs an identity token.
struct TokenEnvironment {
  /// SIGSTORE_ID_TOKEN: GitLab's id_tokens, and whatever else sets it.
  Secret sigstore_token{};
  /// ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN of GitHub Actions.
  std::string actions_url{};
  Secret actions_token{};
  /// BUILDKITE_AGENT_ENDPOINT, BUILDKITE_JOB_ID and BUILDKITE_AGENT_ACCESS_TOKEN.
  std::string buildkite_endpoint{};
  std::string buildkite_job{};
  Secret buildkite_token{};
  /// CIRCLE_OIDC_TOKEN_V2.
  Secret circle_token{};
};

/// A token, and where it is from, for messages.
struct FoundToken {
  Secret text;
  std::string source;
};

/// The first that there is: the variable, GitHub's, Buildkite's, CircleCI's. Two of them are asked
/// for, at the URL that the environment names. Nothing if the environment knows of none.
std::optional<FoundToken> find_token(WebClient& client, const TokenEnvironment& environment,
                                     const std::string& audience);

}  // namespace lade::signing
