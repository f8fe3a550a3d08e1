#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "registry/config/registries.h"

namespace lade::registry {

/// A place that may have the image.
struct PullSource {
  Reference reference;  ///< what to ask there
  bool insecure = false;
  bool is_mirror = false;
};

/// The [[registry]] with the longest prefix of `name`, a host, namespace, repository or reference
/// that begins with its registry; an exact prefix is longer than a wildcard. Null if none matches.
///
/// As with the tools that share the file, the prefix "example.com" matches "example.com:5000" too.
const RegistryEntry* find_registry(const RegistriesConfig& config, std::string_view name);

/// Where to look for `reference`, in this order: mirrors that hold it, then the location itself,
/// always last. Throws `denied` if the registry is blocked, `invalid` if a location does not make
/// a reference. containers-registries.conf(5), "Remapping and mirroring registries".
std::vector<PullSource> pull_sources(const RegistriesConfig& config, const Reference& reference);

/// Where to write: `reference` as it stands, for mirrors and locations concern reading only.
/// Throws `denied` if the registry is blocked.
PullSource push_target(const RegistriesConfig& config, const Reference& reference);

/// Whether a registry or a part of it ("host[:port][/path…]") may be spoken to without proof of who
/// it is. Throws `denied` if it is blocked.
bool is_insecure(const RegistriesConfig& config, std::string_view name);

}  // namespace lade::registry
