#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/reference.h"
#include "registry/config/environment.h"

namespace lade::registry {

/// One configuration section of registries.d.
struct LookasideSection {
  std::optional<std::string> lookaside;          ///< or by its old name, sigstore
  std::optional<std::string> lookaside_staging;  ///< or sigstore-staging
  bool use_sigstore_attachments = false;
  std::string origin;  ///< "FILE:LINE"
};

/// containers-registries.d(5), all files of the directory merged.
struct LookasideConfig {
  std::optional<LookasideSection> fallback;        ///< default-docker
  std::map<std::string, LookasideSection> scopes;  ///< docker, by registry, namespace, image
  std::vector<std::string> warnings;               ///< keys nobody knows, one line each
};

/// Where the signatures of one image are. URLs (file, http, https) end in the repository's path;
/// `signature_url` completes them.
struct SignatureStorage {
  std::optional<std::string> read_url;
  std::optional<std::string> write_url;
  bool use_sigstore_attachments = false;
  std::string origin;  ///< "FILE:LINE", or "built-in default"
};

/// The directory to read: ~/.config/containers/registries.d if there is one, else that of /etc.
std::string lookaside_directory(const UserEnvironment& environment);

/// One file (*.yaml) added to `config`. `invalid` for bad YAML, a wrong type, a URL of another
/// scheme, or a scope that has a section already.
void add_lookaside_file(LookasideConfig& config, std::string_view text, const std::string& path);

/// All *.yaml of a directory; empty if there is none.
LookasideConfig load_lookaside(const std::string& directory);

/// The section of the most precise scope alone decides; without one, default-docker; without that,
/// the directory that the tools sharing these files use (/var/lib/containers/sigstore for root).
SignatureStorage find_signature_storage(const LookasideConfig& config, const Reference& reference,
                                        const UserEnvironment& environment);

/// The address of the signature `number` (from 1) of the manifest `digest`:
/// "<storage>@<algorithm>=<hex>/signature-<number>".
std::string signature_url(std::string_view storage_url, const Digest& digest, unsigned number);

}  // namespace lade::registry
