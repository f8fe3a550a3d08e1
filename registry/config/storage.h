#pragma once

#include <string>
#include <vector>

#include "registry/config/environment.h"

namespace lade::registry {

/// Where podman and buildah keep images, as containers-storage.conf(5) has it.
struct StorageConfig {
  std::string driver{};  ///< empty: what is found at the root
  std::string root{};
  std::string run_root{};              ///< empty: nobody said
  std::vector<std::string> options{};  ///< of the driver, from STORAGE_OPTS
  std::vector<std::string> additional_roots{};
};

/// Reads the files that count for this user: CONTAINERS_STORAGE_CONF; else for root
/// /etc/containers/storage.conf or /usr/share/containers/storage.conf; for others those two as far
/// as they speak of rootless stores, and ~/.config/containers/storage.conf. STORAGE_DRIVER and
/// STORAGE_OPTS count more. `invalid` with file and line; for a user without home and
/// XDG_DATA_HOME.
StorageConfig load_storage(const UserEnvironment& environment);

}  // namespace lade::registry
