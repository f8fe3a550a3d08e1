#include "registry/auth/auth_file.h"

#include <algorithm>
#include <filesystem>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/file_lock.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

constexpr std::uint64_t file_limit_bytes = 4U << 20U;

SecretJson parse_object(std::string text, const std::string& path) {
  // an empty file is what `touch` and some images leave
  SecretJson json = trim(text).empty() ? SecretJson(Json::object()) : SecretJson(text, path);
  wipe(text);
  if (json.value().is_object()) return json;
  fail(ErrorKind::invalid, "{} must be a JSON object, got {}", path, json.value().type_name());
}

Secret take_secret(const Json& entry, std::string_view key, std::string_view what) {
  std::string text = find_string(entry, key, what).value_or("");
  Secret secret(text);
  wipe(text);
  return secret;
}

/// "user:password" of an entry's auth into `credentials`.
void decode_auth(Credentials& credentials, std::string auth, const std::string& what) {
  // Go's decoder, which wrote no such file but read many, passes over line breaks
  std::erase_if(auth, [](char c) { return c == '\n' || c == '\r'; });
  std::optional<std::string> decoded = from_base64(auth);
  wipe(auth);
  const auto colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    const bool is_base64 = decoded.has_value();
    if (decoded) wipe(*decoded);
    fail(ErrorKind::invalid, "{}: \"auth\" is wrong: wanted base64 of USER:PASSWORD, got {}", what,
         is_base64 ? "no \":\" in it" : "no base64");
  }
  credentials.username = decoded->substr(0, colon);
  std::string_view password = std::string_view(*decoded).substr(colon + 1);
  while (password.ends_with('\0')) password.remove_suffix(1);
  credentials.password = Secret(password);
  wipe(*decoded);
}

std::string writable_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? path : real.string();
}

}  // namespace

std::vector<AuthFilePath> auth_files(const UserEnvironment& environment,
                                     const std::string& explicit_path) {
  if (!explicit_path.empty()) return {{explicit_path}};
  if (!environment.registry_auth_file.empty()) return {{environment.registry_auth_file}};
  constexpr std::string_view name = "containers/auth.json";
  const std::string runtime =
      environment.runtime_dir.empty()
          ? environment.system_path(fmt::format("/run/containers/{}/auth.json", environment.uid))
          : join_path(environment.runtime_dir, name);
  std::vector<AuthFilePath> files = {
      {.path = runtime, .guessed = environment.runtime_dir.empty()},
      {environment.config_path(name)},
      {environment.docker_config.empty() ? environment.home_path(".docker/config.json")
                                         : join_path(environment.docker_config, "config.json")},
      {environment.home_path(".dockercfg"), true}};
  std::erase_if(files, [](const AuthFilePath& file) { return file.path.empty(); });
  return files;
}

bool names_host(std::string_view key, std::string_view host, bool legacy) {
  bool is_url = false;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!key.starts_with(scheme)) continue;
    key.remove_prefix(scheme.size());
    is_url = true;
    break;
  }
  const std::string_view named = host_of_key(key);
  const std::string_view path = key.substr(named.size());
  const bool is_address = path == "/v1" || path == "/v1/" || path == "/v2" || path == "/v2/";
  const bool is_host = is_url || legacy || is_address || path.empty() || path == "/";
  return is_host && canonical_host(named) == canonical_host(host);
}

std::optional<AuthFile> AuthFile::find(const AuthFilePath& path) {
  std::optional<std::string> text;
  try {
    text = find_file(path.path, file_limit_bytes);
  } catch (const Error& error) {
    if (!path.guessed || error.kind() != ErrorKind::denied) throw;
  }
  if (!text) return std::nullopt;
  return AuthFile(path, parse_object(*std::move(text), path.path));
}

AuthFile AuthFile::parse(std::string_view text, const AuthFilePath& path) {
  return AuthFile(path, parse_object(std::string(text), path.path));
}

const Json* AuthFile::entries() const {
  return path_.legacy ? &json_.value() : find_object(json_.value(), "auths", path_.path);
}

std::optional<Credentials> AuthFile::decode(const std::string& key, const Json& entry) const {
  const std::string what = fmt::format("{}: the entry \"{}\"", path_.path, printable(key));
  Credentials credentials;
  std::string auth = find_string(entry, "auth", what).value_or("");
  if (auth.empty()) {
    credentials.username = find_string(entry, "username", what).value_or("");
    credentials.password = take_secret(entry, "password", what);
  } else {
    decode_auth(credentials, std::move(auth), what);
  }
  credentials.identity_token = take_secret(entry, "identitytoken", what);
  credentials.registry_token = take_secret(entry, "registrytoken", what);
  const bool is_marker = credentials.username.empty() && credentials.password.empty() &&
                         credentials.identity_token.empty() && credentials.registry_token.empty();
  if (is_marker) return std::nullopt;  // "{}": a helper has them
  credentials.source = path_.path;
  return credentials;
}

std::optional<Credentials> AuthFile::find_credentials(std::string_view key) const {
  const Json* auths = entries();
  if (auths == nullptr) return std::nullopt;
  const std::string_view host = host_of_key(key);
  for (std::string_view part = path_.legacy ? host : key;; part = part.substr(0, part.rfind('/'))) {
    const auto found = auths->find(part);
    if (found != auths->end()) {
      if (auto credentials = decode(found.key(), *found)) return credentials;
    }
    if (part == host) break;
  }
  for (const auto& [name, entry] : auths->items()) {
    if (!names_host(name, host, path_.legacy)) continue;
    if (auto credentials = decode(name, entry)) return credentials;
  }
  return std::nullopt;
}

std::vector<AuthFile::Helper> AuthFile::helpers() const {
  std::vector<Helper> list;
  const Json* table =
      path_.legacy ? nullptr : find_object(json_.value(), "credHelpers", path_.path);
  if (table == nullptr) return list;
  for (const auto& [key, value] : table->items()) {
    if (!value.is_string()) {
      fail(ErrorKind::invalid, "{}: credHelpers: \"{}\" must be a string, got {}", path_.path,
           printable(key), value.type_name());
    }
    list.push_back({value.get<std::string>(), key});
  }
  return list;
}

std::optional<AuthFile::Helper> AuthFile::find_helper(std::string_view host) const {
  const std::vector<Helper> all = helpers();
  auto found = std::ranges::find(all, host,
                                 [](const Helper& helper) { return std::string_view(helper.key); });
  if (found == all.end()) {
    found = std::ranges::find_if(
        all, [&](const Helper& helper) { return names_host(helper.key, host, false); });
  }
  return found == all.end() ? std::nullopt : std::optional(*found);
}

std::optional<std::string> AuthFile::default_helper() const {
  if (path_.legacy) return std::nullopt;
  const auto name = find_string(json_.value(), "credsStore", path_.path);
  return name && !name->empty() ? name : std::nullopt;
}

void edit_auth_file(const std::string& path, const std::function<bool(Json&)>& edit) {
  const std::string real = writable_path(path);
  const std::string directory = std::filesystem::path(real).parent_path().string();
  if (!directory.empty()) make_directories(directory, 0700);
  const FileLock lock = FileLock::acquire(real + ".lock", FileLock::Mode::exclusive);
  SecretJson json = parse_object(find_file(real, file_limit_bytes).value_or("{}"), path);
  if (!edit(json.value())) return;
  // tabs, as the other tools that write this file indent it
  std::string text = json.value().dump(1, '\t', false, Json::error_handler_t::replace) + "\n";
  write_file_atomic(real, text, 0600);
  wipe(text);
}

Json auth_entry(const Credentials& credentials) {
  std::string plain = fmt::format("{}:", credentials.username);
  plain += credentials.password.reveal();
  Json entry = {{"auth", to_base64(plain)}};
  wipe(plain);
  if (!credentials.identity_token.empty()) {
    entry["identitytoken"] = std::string(credentials.identity_token.reveal());
  }
  return entry;
}

}  // namespace lade::registry
