#include "registry/auth/credential_store.h"

#include "libimage/base/error.h"
#include "registry/auth/auth_file.h"
#include "registry/auth/credential_helper.h"

namespace lade::registry {
namespace {

constexpr std::string_view files_helper = "containers-auth.json";

constexpr std::string_view docker_address = "https://index.docker.io/v1/";

/// The names under which helpers may know a host; Docker keeps its own registry under an address.
std::vector<std::string> servers_of(std::string_view host) {
  if (canonical_host(host) != "docker.io") return {std::string(host)};
  return {"docker.io", std::string(docker_address), "index.docker.io"};
}

/// `first`, if any, is what a file calls the host.
std::optional<Credentials> ask(const CredentialHelper& helper, std::string_view host,
                               std::string_view first = {}) {
  std::vector<std::string> servers = servers_of(host);
  if (!first.empty()) {
    std::erase(servers, first);
    servers.emplace(servers.begin(), first);
  }
  for (const std::string& server : servers) {
    if (auto found = helper.find(server)) return found;
  }
  return std::nullopt;
}

std::optional<Credentials> find_in_file(const AuthFile& file, std::string_view key,
                                        Progress& progress) {
  const std::string_view host = host_of_key(key);
  if (const auto named = file.find_helper(host)) {
    auto found = ask(CredentialHelper(named->name), host, named->key);
    if (found) found->source += fmt::format(" (credHelpers of {})", file.path());
    return found;
  }
  if (const auto name = file.default_helper()) {
    const CredentialHelper helper(*name);
    if (!helper.installed()) {
      progress.warning(fmt::format("{}: credsStore names {}, but there is no docker-credential-{}",
                                   file.path(), helper.description(), *name));
    } else if (auto found = ask(helper, host)) {
      found->source += fmt::format(" (credsStore of {})", file.path());
      return found;
    }
  }
  return file.find_credentials(key);
}

std::optional<Credentials> find_in_files(const CredentialOptions& options, std::string_view key,
                                         Progress& progress) {
  for (const AuthFilePath& path : auth_files(options.environment, options.auth_file)) {
    const auto file = AuthFile::find(path);
    if (!file) continue;
    if (auto found = find_in_file(*file, key, progress)) return found;
  }
  return std::nullopt;
}

AuthFilePath written_file(const CredentialOptions& options) {
  return auth_files(options.environment, options.auth_file).front();
}

void require_host(const std::string& key, const std::string& keeper) {
  if (host_of_key(key) == key) return;
  fail(ErrorKind::invalid,
       "cannot keep credentials for {} with {}: wanted a registry alone, as it knows no paths", key,
       keeper);
}

/// The helper that keeps what belongs to `key`, if the file says one does.
std::optional<AuthFile::Helper> keeper_of(const AuthFile& file, std::string_view key) {
  const std::string_view host = host_of_key(key);
  if (auto named = file.find_helper(host)) return named;
  const auto name = file.default_helper();
  if (!name) return std::nullopt;
  // credsStore is Docker's, which looks there by its address
  return AuthFile::Helper{*name, std::string(host == "docker.io" ? docker_address : host)};
}

std::string store_in_file(const AuthFilePath& path, const std::string& key,
                          const Credentials& credentials, bool docker_names) {
  if (docker_names) require_host(key, "Docker's file " + path.path);
  const std::string name(docker_names && key == "docker.io" ? docker_address : key);
  std::string place = path.path;
  Json entry = auth_entry(credentials);
  if (const auto file = AuthFile::find(path)) {
    if (const auto keeper = keeper_of(*file, key)) {
      const CredentialHelper helper(keeper->name);
      require_host(key, helper.description());
      helper.store(keeper->key, credentials);
      place = fmt::format("{} ({})", helper.description(), path.path);
      entry = Json::object();  // as docker marks what its helpers keep
    }
  }
  SecretJson added(std::move(entry));
  const auto add = [&](Json& json) {
    Json& auths = json["auths"];
    if (auths.is_null()) auths = Json::object();
    if (!auths.is_object()) {
      fail(ErrorKind::invalid, "{}: \"auths\" must be an object, got {}", path.path,
           auths.type_name());
    }
    if (auths.contains(name) && auths[name] == added.value()) return false;
    auths[name] = added.value();
    return true;
  };
  try {
    edit_auth_file(path.path, add);
  } catch (Error& error) {
    if (path.guessed) error.add_context("without XDG_RUNTIME_DIR and --authfile");
    throw;
  }
  return place;
}

/// The keys of entries that `key` stands for.
std::vector<std::string> matching_keys(const Json& auths, const std::string& key) {
  const bool is_host = host_of_key(key) == key;
  std::vector<std::string> keys;
  for (const auto& [name, entry] : auths.items()) {
    if (name == key || (is_host && names_host(name, key, false))) keys.push_back(name);
  }
  return keys;
}

bool erase_from_helper(const CredentialHelper& helper, std::string_view host) {
  bool erased = false;
  for (const std::string& server : servers_of(host)) {
    // some helpers answer the erasing of what is not there with success
    if (helper.find(server)) erased = helper.erase(server) || erased;
  }
  return erased;
}

void remove_from_file(const AuthFilePath& path, const std::string& key,
                      std::vector<std::string>& places) {
  const auto file = AuthFile::find(path);
  if (!file) return;
  const auto keeper = keeper_of(*file, key);
  if (keeper && host_of_key(key) == key) {
    const CredentialHelper helper(keeper->name);
    if (erase_from_helper(helper, key)) places.push_back(helper.description());
  }
  edit_auth_file(path.path, [&](Json& json) {
    const auto auths = json.find("auths");
    if (auths == json.end() || !auths->is_object()) return false;
    const std::vector<std::string> keys = matching_keys(*auths, key);
    for (const std::string& name : keys) {
      const bool is_marker = (*auths)[name].empty();
      auths->erase(name);
      if (!is_marker) places.push_back(path.path);
    }
    return !keys.empty();
  });
}

void empty_helper(const CredentialHelper& helper, std::vector<std::string>& places) {
  for (const std::string& server : helper.list()) {
    if (helper.erase(server)) places.push_back(fmt::format("{}: {}", helper.description(), server));
  }
}

void empty_file(const AuthFilePath& path, std::vector<std::string>& places) {
  const auto file = AuthFile::find(path);
  if (!file) return;
  for (const AuthFile::Helper& named : file->helpers()) {
    const CredentialHelper helper(named.name);
    if (helper.erase(named.key)) {
      places.push_back(fmt::format("{}: {}", helper.description(), named.key));
    }
  }
  if (const auto name = file->default_helper()) empty_helper(CredentialHelper(*name), places);
  edit_auth_file(path.path, [&](Json& json) {
    const auto auths = json.find("auths");
    if (auths == json.end() || !auths->is_object() || auths->empty()) return false;
    for (const auto& [key, entry] : auths->items()) {
      if (!entry.empty()) places.push_back(fmt::format("{}: {}", path.path, key));
    }
    *auths = Json::object();
    return true;
  });
}

}  // namespace

std::optional<Credentials> find_credentials(const CredentialOptions& options, std::string_view key,
                                            Progress& progress) {
  if (options.given) return options.given;
  for (const std::string& name : options.helpers) {
    auto found = name == files_helper ? find_in_files(options, key, progress)
                                      : ask(CredentialHelper(name), host_of_key(key));
    if (found) return found;
  }
  return std::nullopt;
}

std::string store_credentials(const CredentialOptions& options, const std::string& key,
                              const Credentials& credentials) {
  const std::string& first = options.helpers.front();
  if (first == files_helper) {
    return store_in_file(written_file(options), key, credentials, options.docker_names);
  }
  const CredentialHelper helper(first);
  require_host(key, helper.description());
  helper.store(key, credentials);
  return helper.description();
}

std::vector<std::string> remove_credentials(const CredentialOptions& options,
                                            const std::string& key) {
  std::vector<std::string> places;
  for (const std::string& name : options.helpers) {
    if (name == files_helper) {
      remove_from_file(written_file(options), key, places);
      continue;
    }
    const CredentialHelper helper(name);
    if (host_of_key(key) == key && erase_from_helper(helper, key)) {
      places.push_back(helper.description());
    }
  }
  return places;
}

std::vector<std::string> remove_all_credentials(const CredentialOptions& options) {
  std::vector<std::string> places;
  for (const std::string& name : options.helpers) {
    if (name == files_helper) {
      empty_file(written_file(options), places);
    } else {
      empty_helper(CredentialHelper(name), places);
    }
  }
  return places;
}

}  // namespace lade::registry
