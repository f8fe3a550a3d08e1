#include "registry/auth/credentials.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::registry {

Credentials parse_credentials(std::string_view text) {
  const auto colon = text.find(':');
  Credentials credentials;
  credentials.username = text.substr(0, colon);
  if (credentials.username.empty()) {
    fail(ErrorKind::invalid, "invalid credentials: wanted USER[:PASSWORD], got no user");
  }
  if (colon != std::string_view::npos) credentials.password = Secret(text.substr(colon + 1));
  credentials.source = "the command line";
  return credentials;
}

std::string credential_key(std::string_view text) {
  std::string_view key = text;
  bool is_url = false;
  for (const std::string_view scheme : {"https://", "http://", "docker://"}) {
    if (!key.starts_with(scheme)) continue;
    key.remove_prefix(scheme.size());
    is_url = scheme != "docker://";
    break;
  }
  if (is_url && key.find('@') != std::string_view::npos) {
    // what stands before the "@" may be a password
    fail(ErrorKind::invalid, "invalid registry: wanted HOST[:PORT][/PATH], got a user in its URL");
  }
  while (key.ends_with('/')) key.remove_suffix(1);
  const std::string_view host = host_of_key(key);
  std::string_view path = key.substr(host.size());
  // the addresses of the API, as they were keys once
  if (path == "/v1" || path == "/v2") path = "";
  const bool valid = !host.empty() && key.find_first_of("@ \t\r\n\\\"") == std::string_view::npos &&
                     path.find(':') == std::string_view::npos;
  if (!valid) {
    fail(ErrorKind::invalid,
         "invalid registry \"{}\": wanted HOST[:PORT][/PATH], without tag or digest",
         printable(text));
  }
  return std::string(canonical_host(host)).append(path);
}

std::string_view host_of_key(std::string_view key) { return key.substr(0, key.find('/')); }

std::string_view canonical_host(std::string_view host) {
  return host == "index.docker.io" || host == "registry-1.docker.io" ? "docker.io" : host;
}

}  // namespace lade::registry
