#include "registry/config/environment.h"

#include "libimage/base/file.h"

namespace lade::registry {

std::string UserEnvironment::home_path(std::string_view name) const {
  return home.empty() ? std::string() : join_path(home, name);
}

std::string UserEnvironment::config_path(std::string_view name) const {
  if (!config_home.empty()) return join_path(config_home, name);
  return home_path(join_path(".config", name));
}

std::string UserEnvironment::cache_path(std::string_view name) const {
  if (!cache_home.empty()) return join_path(cache_home, name);
  return home_path(join_path(".cache", name));
}

std::string UserEnvironment::data_path(std::string_view name) const {
  if (!data_home.empty()) return join_path(data_home, name);
  return home_path(join_path(".local/share", name));
}

}  // namespace lade::registry
