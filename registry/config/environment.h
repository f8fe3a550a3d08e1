#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace lade::registry {

/// What the files of a user are found by. The program fills it from the process's environment; an
/// empty string is a variable that is not set.
struct UserEnvironment {
  uid_t uid = 0;
  std::string home = {};             ///< HOME
  std::string config_home = {};      ///< XDG_CONFIG_HOME
  std::string cache_home = {};       ///< XDG_CACHE_HOME
  std::string runtime_dir = {};      ///< XDG_RUNTIME_DIR
  std::string docker_config = {};    ///< DOCKER_CONFIG: the directory of Docker's config.json
  std::string registries_conf = {};  ///< CONTAINERS_REGISTRIES_CONF
  std::string registries_conf_override = {};  ///< CONTAINERS_REGISTRIES_CONF_OVERRIDE
  std::string registry_auth_file = {};        ///< REGISTRY_AUTH_FILE
  std::string user = {};                      ///< USER
  std::string data_home = {};                 ///< XDG_DATA_HOME
  std::string storage_conf = {};              ///< CONTAINERS_STORAGE_CONF
  std::string storage_driver = {};            ///< STORAGE_DRIVER
  std::string storage_opts = {};              ///< STORAGE_OPTS
  /// Put before /etc, /var and /run; empty but in tests.
  std::string root = {};

  /// $XDG_CONFIG_HOME/<name>, else ~/.config/<name>; empty if neither variable is set.
  std::string config_path(std::string_view name) const;
  /// $XDG_CACHE_HOME/<name>, else ~/.cache/<name>; empty if neither variable is set.
  std::string cache_path(std::string_view name) const;
  /// $XDG_DATA_HOME/<name>, else ~/.local/share/<name>; empty if neither variable is set.
  std::string data_path(std::string_view name) const;
  /// ~/<name>; empty without HOME.
  std::string home_path(std::string_view name) const;
  /// A path of the system: <root><path>.
  std::string system_path(std::string_view path) const { return root + std::string(path); }
};

}  // namespace lade::registry
