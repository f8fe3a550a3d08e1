#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/secret.h"

namespace lade::registry {

/// What is wanted of one registry.
struct SyncRegistry {
  std::string name;  ///< "host[:port][/path]"
  /// By repository: tags and digests; none: all tags.
  std::map<std::string, std::vector<std::string>> images{};
  std::map<std::string, std::string> by_tag_regex{};
  std::map<std::string, std::string> by_semver{};
  std::string username{};
  Secret password{};
  std::optional<bool> tls_verify{};
  std::string certificate_directory{};
};

/// A list of images in skopeo's form (skopeo-sync(1), "YAML file content"), in the order of the
/// registries' names. `invalid` with line and column for what is not of it; `path` names the file.
std::vector<SyncRegistry> parse_sync_file(std::string_view text, const std::string& path);

}  // namespace lade::registry
