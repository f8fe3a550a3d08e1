#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/progress.h"
#include "registry/auth/credentials.h"
#include "registry/config/environment.h"

namespace lade::registry {

/// Where credentials are looked for and kept.
struct CredentialOptions {
  /// --creds: the answer whatever is looked for. They are for the registry on the command line
  /// alone: whoever asks for a mirror on another host leaves them out.
  std::optional<Credentials> given = {};
  std::string auth_file = {};  ///< --authfile
  /// --compat-auth-file: what is written there has the names that Docker's own program gives it.
  bool docker_names = false;
  /// credential-helpers of registries.conf, asked in this order; "containers-auth.json" stands for
  /// the files.
  std::vector<std::string> helpers = {"containers-auth.json"};
  UserEnvironment environment = {};
};

/// The credentials for `key` ("host[:port][/path…]", such as Reference::name()); nothing: none are
/// known. In each file credHelpers come before credsStore, and that before the entries. A
/// credsStore whose program is missing is passed by with a warning: Docker's files travel further
/// than its programs. Throws as AuthFile and CredentialHelper do.
std::optional<Credentials> find_credentials(const CredentialOptions& options, std::string_view key,
                                            Progress& progress);

/// Keeps credentials under `key` (of `credential_key`): in the file that is written, or with the
/// helper that registries.conf or the file names for it. Answers where. `invalid` if `key` has a
/// path and a helper, or Docker, would have to know it.
std::string store_credentials(const CredentialOptions& options, const std::string& key,
                              const Credentials& credentials);

/// Forgets them there, and only there; the places that had them, none if none had.
std::vector<std::string> remove_credentials(const CredentialOptions& options,
                                            const std::string& key);
/// As above for all keys (logout --all); settings that are no credentials stay.
std::vector<std::string> remove_all_credentials(const CredentialOptions& options);

}  // namespace lade::registry
