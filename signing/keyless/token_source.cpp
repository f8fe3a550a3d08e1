#include "signing/keyless/token_source.h"

#include "libimage/base/json.h"
#include "libimage/base/url.h"
#include "signing/keyless/service.h"

namespace lade::signing {
namespace {

Secret take_token(const Service& service, WebAnswer& answer, const char* member) {
  const Json json = service.parse(answer);
  wipe(answer.body);
  Secret token;
  if (const auto at = json.find(member); at != json.end() && at->is_string()) {
    token = Secret(at->get_ref<const std::string&>());
  }
  if (token.empty()) {
    fail(ErrorKind::corrupt, "{} gave no token: its answer has no {}", service.name(), member);
  }
  return token;
}

Secret ask_github(WebClient& client, const TokenEnvironment& environment,
                  const std::string& audience) {
  const Service service(client, "GitHub's token service", environment.actions_url);
  service.require_private();
  const char* joint = environment.actions_url.find('?') == std::string::npos ? "?" : "&";
  WebAnswer answer = service.send(
      {.method = "GET",
       .url = service.at(joint + ("audience=" + percent_encode(audience))),
       .authorization = Secret("Bearer " + std::string(environment.actions_token.reveal()))});
  service.require_success(answer, environment.actions_token);
  return take_token(service, answer, "value");
}

Secret ask_buildkite(WebClient& client, const TokenEnvironment& environment,
                     const std::string& audience) {
  const Service service(client, "Buildkite's token service",
                        environment.buildkite_endpoint.empty() ? "https://agent.buildkite.com/v3"
                                                               : environment.buildkite_endpoint);
  service.require_private();
  WebAnswer answer = service.send(
      {.url = service.at("/jobs/" + percent_encode(environment.buildkite_job) + "/oidc/tokens"),
       .body = to_compact({{"audience", audience}}),
       .authorization = Secret("Token " + std::string(environment.buildkite_token.reveal()))});
  service.require_success(answer, environment.buildkite_token);
  return take_token(service, answer, "token");
}

}  // namespace

std::optional<FoundToken> find_token(WebClient& client, const TokenEnvironment& environment,
                                     const std::string& audience) {
  if (!environment.sigstore_token.empty()) {
    return FoundToken{environment.sigstore_token, "the identity token in SIGSTORE_ID_TOKEN"};
  }
  if (!environment.actions_url.empty() && !environment.actions_token.empty()) {
    return FoundToken{ask_github(client, environment, audience), "the identity token of GitHub"};
  }
  if (!environment.buildkite_job.empty() && !environment.buildkite_token.empty()) {
    return FoundToken{ask_buildkite(client, environment, audience),
                      "the identity token of Buildkite"};
  }
  if (!environment.circle_token.empty()) {
    return FoundToken{environment.circle_token, "the identity token in CIRCLE_OIDC_TOKEN_V2"};
  }
  return std::nullopt;
}

}  // namespace lade::signing
