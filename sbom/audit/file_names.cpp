#include "sbom/audit/file_names.h"

#include <algorithm>
#include <iterator>

namespace lade::sbom {
namespace {

template <class List>
bool is_in(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

constexpr std::string_view user_keys[] = {"id_rsa",     "id_dsa",      "id_ecdsa",
                                          "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk"};

/// What a path ends with, whole components.
constexpr std::string_view credential_paths[] = {
    ".aws/credentials",
    ".docker/config.json",
    ".config/gcloud/credentials.db",
    ".git-credentials",
    ".kube/config",
    ".netrc",
    ".npmrc",
    ".pgpass",
    ".pypirc",
    ".config/gh/hosts.yml",
    ".azure/accessTokens.json",
    ".config/containers/auth.json",
    ".config/gcloud/application_default_credentials.json"};

constexpr std::string_view leftover_ends[] = {"~", ".swp", ".swo", ".rej", ".orig", ".bak"};
constexpr std::string_view leftover_names[] = {".DS_Store", "Thumbs.db"};

/// Beginnings, unless they have "/" in front: then a home directory's.
constexpr std::string_view cache_directories[] = {
    "var/lib/apt/lists", "var/cache/apt",  "var/cache/apk",
    "etc/apk/cache",     "var/cache/yum",  "var/cache/dnf",
    "var/cache/libdnf5", "var/cache/zypp", "var/cache/pacman/pkg"};
constexpr std::string_view home_caches[] = {
    "/.cache/pip",      "/.npm/_cacache",         "/.cache/yarn", "/.composer/cache",
    "/.cache/go-build", "/.cargo/registry/cache", "/.cache/uv",   "/.cache/pnpm"};

constexpr std::string_view usual_setuid[] = {"bbsuid",   "chage",       "chfn",
                                             "chsh",     "crontab",     "dbus-daemon-launch-helper",
                                             "expiry",   "fusermount",  "fusermount3",
                                             "gpasswd",  "mount",       "newgidmap",
                                             "newgrp",   "newuidmap",   "pam_timestamp_check",
                                             "passwd",   "pkexec",      "polkit-agent-helper-1",
                                             "sg",       "ssh-agent",   "ssh-keysign",
                                             "su",       "sudo",        "sudoedit",
                                             "umount",   "unix_chkpwd", "userhelper",
                                             "utempter", "wall",        "write",
                                             "locate",   "plocate",     "ksu"};

bool is_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

}  // namespace

std::string_view file_name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

bool is_private_key(std::string_view path) {
  const std::string_view name = file_name_of(path);
  if (is_in(user_keys, name)) return true;
  return path.starts_with("etc/ssh/ssh_host_") && name.ends_with("_key");
}

bool is_credentials(std::string_view path) {
  return std::any_of(
      std::begin(credential_paths), std::end(credential_paths), [&](std::string_view end) {
        return path == end || (path.ends_with(end) && path[path.size() - end.size() - 1] == '/');
      });
}

bool is_leftover(std::string_view path) {
  const std::string_view name = file_name_of(path);
  // packages of Python, Perl and others bring files of such names for their tests
  if (path.find("/site-packages/") != std::string_view::npos ||
      path.find("/node_modules/") != std::string_view::npos || path.starts_with("usr/share/")) {
    return false;
  }
  return is_in(leftover_names, name) ||
         std::any_of(std::begin(leftover_ends), std::end(leftover_ends), [&](std::string_view end) {
           return name.size() > end.size() && name.ends_with(end);
         });
}

std::string_view cache_of(std::string_view path) {
  for (const std::string_view directory : cache_directories) {
    if (!is_below(path, directory)) continue;
    const std::string_view name = file_name_of(path);
    return name == "lock" || name == "CACHEDIR.TAG" ? std::string_view() : directory;
  }
  for (const std::string_view part : home_caches) {
    const auto at = path.find(part);
    if (at == std::string_view::npos) continue;
    const std::string_view directory = path.substr(0, at + part.size());
    if (is_below(path, directory)) return directory;
  }
  return {};
}

bool is_usual_setuid(std::string_view path) {
  const bool is_systems = path.starts_with("usr/") || path.starts_with("bin/") ||
                          path.starts_with("sbin/") || path.starts_with("lib");
  return is_systems && !path.starts_with("usr/local/") && is_in(usual_setuid, file_name_of(path));
}

}  // namespace lade::sbom
