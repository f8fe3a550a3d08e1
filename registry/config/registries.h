#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/reference.h"
#include "registry/config/environment.h"

namespace lade::registry {

/// For which pulls a mirror is asked.
enum class MirrorUse { all, digest_only, tag_only };

/// A [[registry.mirror]].
struct Mirror {
  std::string location;
  bool insecure = false;
  MirrorUse use = MirrorUse::all;  ///< mirror-by-digest-only of the registry is folded in

  bool operator==(const Mirror&) const = default;
};

/// A [[registry]]: what to do with the images whose names begin with `prefix`.
struct RegistryEntry {
  std::string prefix;    ///< "host[:port][/path…]", with a tag or digest, or "*.host"
  std::string location;  ///< what takes the prefix's place; empty (only for "*.host"): nothing
  bool insecure = false;
  bool blocked = false;
  std::vector<Mirror> mirrors;
  std::string origin;  ///< "FILE:LINE"
};

/// A name in [aliases] and what it stands for.
struct ShortNameAlias {
  Reference target;    ///< without tag and digest
  std::string origin;  ///< "FILE:LINE"
};

/// What a short name without an alias does if several registries may hold it.
enum class ShortNameMode { enforcing, permissive, disabled };

/// registries.conf(5), the files merged.
struct RegistriesConfig {
  std::vector<RegistryEntry> registries;  ///< by prefix; each prefix once
  /// unqualified-search-registries as host[:port]; nothing if no file sets them.
  std::optional<std::vector<std::string>> search_registries;
  std::string search_origin;  ///< "FILE:LINE" that set them last
  /// Programs without their "docker-credential-"; "containers-auth.json" stands for the files.
  std::vector<std::string> credential_helpers = {"containers-auth.json"};
  ShortNameMode short_name_mode = ShortNameMode::permissive;
  std::map<std::string, ShortNameAlias> aliases;
  std::vector<std::string> files;     ///< those that were read, in order
  std::vector<std::string> warnings;  ///< keys nobody knows, one line each
};

/// Which files to read, in this order; what is set later wins, a [[registry]] replaces the one
/// of the same prefix, an empty alias erases.
struct RegistriesFiles {
  std::string main = {};                              ///< empty: none
  bool main_may_lack = false;                         ///< else its absence is `not_found`
  std::vector<std::string> drop_in_directories = {};  ///< their *.conf, in the order of their names
  std::string override_file = {};                     ///< read last; must be there unless empty
};

/// The files of a user, as containers-registries.conf(5) and .conf.d(5) rank them:
/// CONTAINERS_REGISTRIES_CONF alone; else the user's registries.conf with the user's drop-ins; else
/// that of /etc/containers with its drop-ins and then the user's.
/// CONTAINERS_REGISTRIES_CONF_OVERRIDE comes on top of each.
RegistriesFiles registries_files(const UserEnvironment& environment);

/// Reads and merges. `invalid` for whatever a file has wrong, naming file, line, key, wanted and
/// got. A main file may be in the old form (version 1) alone, drop-ins may not.
RegistriesConfig load_registries(const RegistriesFiles& files);

}  // namespace lade::registry
