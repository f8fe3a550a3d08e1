#pragma once

#include <string>
#include <string_view>

#include "libimage/base/secret.h"

namespace lade::registry {

/// Who a user is to a registry. At least one of `password`, `identity_token` and `registry_token`
/// is set, or `username` alone.
struct Credentials {
  std::string username = {};
  Secret password = {};
  Secret identity_token = {};  ///< OAuth2 refresh token, to be exchanged for a registry token
  Secret registry_token = {};  ///< sent to the registry as it is
  std::string source = {};     ///< where it came from, for messages: "/home/u/.docker/config.json"
};

/// "USER[:PASSWORD]" of --creds; `invalid` without a user. The message does not repeat the text.
Credentials parse_credentials(std::string_view text);

/// The name under which credentials are kept for what a person typed after "login": the scheme and
/// slashes at the end are dropped, and Docker's own addresses are "docker.io". `invalid` for a tag,
/// a digest, a user in front of the host, or nothing.
std::string credential_key(std::string_view text);

/// The host of a key: "a.io:5000/x/y" is of "a.io:5000".
std::string_view host_of_key(std::string_view key);
/// index.docker.io and registry-1.docker.io are docker.io, other hosts themselves.
std::string_view canonical_host(std::string_view host);

}  // namespace lade::registry
