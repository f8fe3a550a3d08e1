#include "registry/config/storage.h"

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/toml/toml_table.h"

namespace lade::registry {
namespace {

constexpr std::uint64_t storage_limit_bytes = 1U << 20U;

/// What one file says; empty is unsaid.
struct StorageFile {
  std::string driver{};
  std::string root{};
  std::string run_root{};
  std::string rootless_root{};
  std::string image_root{};
  std::vector<std::string> additional_roots{};
};

StorageFile read_storage_file(const std::string& path) {
  const toml::table document = parse_toml(read_file(path, storage_limit_bytes), path);
  const auto storage = TomlTable(document, path, "").find_table("storage");
  if (!storage) return {};
  const auto text = [&](std::string_view key) { return storage->find_string(key).value_or(""); };
  StorageFile file{.driver = text("driver"),
                   .root = text("graphroot"),
                   .run_root = text("runroot"),
                   .rootless_root = text("rootless_storage_path"),
                   .image_root = text("imagestore")};
  if (const auto options = storage->find_table("options")) {
    const auto roots = options->find_strings("additionalimagestores");
    if (roots) {
      for (const TomlString& root : *roots) file.additional_roots.push_back(root.text);
    }
  }
  return file;
}

std::string find_system_file(const UserEnvironment& environment) {
  for (const char* path : {"/etc/containers/storage.conf", "/usr/share/containers/storage.conf"}) {
    std::string place = environment.system_path(path);
    if (file_exists(place)) return place;
  }
  return {};
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// $HOME, $USER and $UID may stand in the path of a rootless store.
std::string expanded(std::string path, const UserEnvironment& environment) {
  replace_all(path, "$HOME", environment.home);
  replace_all(path, "$UID", std::to_string(environment.uid));
  replace_all(path, "$USER", environment.user);
  return path;
}

std::string rootless_default(const UserEnvironment& environment) {
  std::string root = environment.data_path("containers/storage");
  if (root.empty()) {
    fail(ErrorKind::invalid,
         "no place for a containers store: set HOME, XDG_DATA_HOME or CONTAINERS_STORAGE_CONF");
  }
  return root;
}

StorageConfig config_of(const StorageFile& file) {
  StorageConfig config{.driver = file.driver, .root = file.root, .run_root = file.run_root};
  config.additional_roots = file.additional_roots;
  if (!file.image_root.empty()) {
    config.additional_roots.insert(config.additional_roots.begin(), file.image_root);
  }
  return config;
}

StorageConfig load_for_root(const UserEnvironment& environment) {
  const std::string path =
      environment.storage_conf.empty() ? find_system_file(environment) : environment.storage_conf;
  StorageConfig config = path.empty() ? StorageConfig{} : config_of(read_storage_file(path));
  if (config.root.empty()) config.root = environment.system_path("/var/lib/containers/storage");
  return config;
}

StorageConfig load_rootless(const UserEnvironment& environment) {
  const std::string own = environment.storage_conf.empty()
                              ? environment.config_path("containers/storage.conf")
                              : environment.storage_conf;
  if (!own.empty() && (file_exists(own) || !environment.storage_conf.empty())) {
    const StorageFile file = read_storage_file(own);
    StorageConfig config = config_of(file);
    const std::string& wanted = file.rootless_root.empty() ? file.root : file.rootless_root;
    config.root = wanted.empty() ? rootless_default(environment) : expanded(wanted, environment);
    return config;
  }
  const std::string system = find_system_file(environment);
  const StorageFile general = system.empty() ? StorageFile{} : read_storage_file(system);
  // the places that the machine's file names are root's
  StorageConfig config{.driver = general.driver};
  config.additional_roots = general.additional_roots;
  config.root = general.rootless_root.empty() ? rootless_default(environment)
                                              : expanded(general.rootless_root, environment);
  return config;
}

}  // namespace

StorageConfig load_storage(const UserEnvironment& environment) {
  StorageConfig config =
      environment.uid == 0 ? load_for_root(environment) : load_rootless(environment);
  if (!environment.storage_driver.empty()) config.driver = environment.storage_driver;
  if (!environment.storage_opts.empty()) config.options = split(environment.storage_opts, ',');
  return config;
}

}  // namespace lade::registry
