#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/config/registries.h"

namespace lade::registry {

/// What a name as a person typed it may mean.
struct NameResolution {
  std::vector<Reference> candidates;  ///< to be tried in this order; at least one
  /// A person should choose one of the candidates; only that one is then to be tried, and kept
  /// with `remember_alias` when it could be pulled.
  bool ask = false;
  std::string alias_name;  ///< the name to remember the choice under; empty unless `ask`
  std::string reason;      ///< what was decided and why, as one line for messages
};

/// How to resolve.
struct NameOptions {
  bool terminal = false;  ///< somebody is there to be asked
  /// The registry of short names where no file sets unqualified-search-registries; empty: none.
  std::string fallback_registry = "docker.io";
};

/// containers-registries.conf(5), "Short-Name Aliasing". A name with a registry is its own only
/// candidate. Else an alias decides, of `remembered` before those of the files; else the search
/// registries, as the mode says. Tag and digest are kept.
/// Throws `invalid` for no name, `not_found` if nothing is configured to look it up in, `conflict`
/// if the mode is enforcing, several registries may hold it and nobody can be asked.
NameResolution resolve_name(std::string_view text, const RegistriesConfig& config,
                            const std::map<std::string, ShortNameAlias>& remembered,
                            const NameOptions& options = {});

/// Where the choices of this user are kept: /var/cache/containers/short-name-aliases.conf for
/// root, the same below ~/.cache for others; empty if there is no home.
std::string alias_file(const UserEnvironment& environment);
/// Its aliases; none if there is no such file. `invalid` if it is broken.
std::map<std::string, ShortNameAlias> load_remembered_aliases(const std::string& path);
/// Writes `name` = `target` (its name without tag and digest) into the file, made if absent, under
/// a lock and keeping the others.
void remember_alias(const std::string& path, const std::string& name, const Reference& target);

}  // namespace lade::registry
