#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/auth/credentials.h"
#include "registry/auth/secret_json.h"
#include "registry/config/environment.h"

namespace lade::registry {

/// A file that may hold credentials.
struct AuthFilePath {
  std::string path;
  bool legacy = false;  ///< ~/.dockercfg: what is under "auths" elsewhere is the whole file
  /// Where it would be without XDG_RUNTIME_DIR: a directory that may be closed to this user.
  bool guessed = false;
};

/// The files to look into, in order; the first is the one that is written
/// (containers-auth.json(5)). `explicit_path` (--authfile) or, without it, REGISTRY_AUTH_FILE is
/// the only one; else $XDG_RUNTIME_DIR/containers/auth.json (/run/containers/UID/auth.json where
/// that is not set),
/// ~/.config/containers/auth.json, ~/.docker/config.json, ~/.dockercfg.
std::vector<AuthFilePath> auth_files(const UserEnvironment& environment,
                                     const std::string& explicit_path);

/// auth.json or config.json, read. Keys are matched as containers-auth.json(5) says: the longest
/// path first, then the host, then addresses of that host as they were keys once
/// ("https://index.docker.io/v1/").
class AuthFile {
 public:
  /// Nothing if there is no such file, or the place was guessed and is closed. `invalid` if it is
  /// no JSON object, by its place alone.
  static std::optional<AuthFile> find(const AuthFilePath& path);
  static AuthFile parse(std::string_view text, const AuthFilePath& path);

  /// The credentials for "host[:port][/path…]". `invalid`, naming file and entry, if that entry
  /// cannot be decoded.
  std::optional<Credentials> find_credentials(std::string_view key) const;
  /// The helper that credHelpers names for this host, and the key it stands under.
  struct Helper {
    std::string name;
    std::string key;
  };
  std::optional<Helper> find_helper(std::string_view host) const;
  std::optional<std::string> default_helper() const;  ///< credsStore
  std::vector<Helper> helpers() const;                ///< all of credHelpers

  const std::string& path() const { return path_.path; }

 private:
  AuthFile(AuthFilePath path, SecretJson json) : path_(std::move(path)), json_(std::move(json)) {}
  const Json* entries() const;
  std::optional<Credentials> decode(const std::string& key, const Json& entry) const;

  AuthFilePath path_;
  SecretJson json_;
};

/// Whether two keys name the same host: "https://index.docker.io/v1/" and "docker.io".
bool names_host(std::string_view key, std::string_view host, bool legacy);

/// Changes the file at `path`, through a symbolic link too: reads it (made if absent), lets `edit`
/// change the object, and replaces it whole, with mode 0600, unless `edit` answers false. Under a
/// lock (PATH.lock); what `edit` leaves alone keeps its place.
void edit_auth_file(const std::string& path, const std::function<bool(Json&)>& edit);

/// The entry under "auths" that holds these credentials.
Json auth_entry(const Credentials& credentials);

}  // namespace lade::registry
