#include "registry/config/registries.h"

#include <algorithm>
#include <filesystem>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "registry/config/registries_file.h"

namespace lade::registry {
namespace {

void merge(RegistriesConfig& config, RegistriesFile file) {
  for (RegistryEntry& entry : file.registries) {
    const auto place =
        std::ranges::lower_bound(config.registries, entry.prefix, {}, &RegistryEntry::prefix);
    if (place != config.registries.end() && place->prefix == entry.prefix) {
      *place = std::move(entry);
    } else {
      config.registries.insert(place, std::move(entry));
    }
  }
  if (file.search_registries) {
    config.search_registries = std::move(file.search_registries);
    config.search_origin = std::move(file.search_origin);
  }
  if (file.credential_helpers) {
    config.credential_helpers = *std::move(file.credential_helpers);
    if (config.credential_helpers.empty()) config.credential_helpers = {"containers-auth.json"};
  }
  if (file.short_name_mode) config.short_name_mode = *file.short_name_mode;
  for (auto& [name, alias] : file.aliases) {
    config.aliases.erase(name);
    if (alias) config.aliases.emplace(name, *std::move(alias));
  }
  std::ranges::move(file.warnings, std::back_inserter(config.warnings));
}

void read_into(RegistriesConfig& config, const std::string& path, RegistriesVersion version) {
  merge(config, parse_registries_file(read_file(path, registries_file_limit_bytes), path, version));
  config.files.push_back(path);
}

}  // namespace

RegistriesFiles registries_files(const UserEnvironment& environment) {
  RegistriesFiles files{.override_file = environment.registries_conf_override};
  if (!environment.registries_conf.empty()) {
    files.main = environment.registries_conf;
    return files;
  }
  const std::string user_main = environment.config_path("containers/registries.conf");
  const std::string system_main = environment.system_path("/etc/containers/registries.conf");
  const bool has_own = !user_main.empty() && file_exists(user_main);
  files.main = has_own ? user_main : system_main;
  files.main_may_lack = true;
  if (!has_own) files.drop_in_directories.push_back(system_main + ".d");
  if (!user_main.empty()) files.drop_in_directories.push_back(user_main + ".d");
  return files;
}

RegistriesConfig load_registries(const RegistriesFiles& files) {
  RegistriesConfig config;
  if (!files.main.empty() && (!files.main_may_lack || file_exists(files.main))) {
    read_into(config, files.main, RegistriesVersion::any);
  }
  for (const std::string& directory : files.drop_in_directories) {
    for (const std::string& name : find_names(directory)) {
      const std::string path = join_path(directory, name);
      const bool is_drop_in = name.ends_with(".conf") && std::filesystem::is_regular_file(path);
      if (is_drop_in) read_into(config, path, RegistriesVersion::two);
    }
  }
  if (!files.override_file.empty()) {
    read_into(config, files.override_file, RegistriesVersion::two);
  }
  return config;
}

}  // namespace lade::registry
