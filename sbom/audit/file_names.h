#pragma once

#include <string_view>

namespace lade::sbom {

/// What a name alone tells of a file. Paths are normalised.

/// Private keys of ssh, of users and of servers ("id_ed25519", "ssh_host_rsa_key").
bool is_private_key(std::string_view path);
/// Where programs keep passwords and tokens (".aws/credentials", ".netrc").
bool is_credentials(std::string_view path);
/// Backups and swap files of editors, rejected patches, a desktop's notes.
bool is_leftover(std::string_view path);
/// The directory of caches that a path is in ("var/lib/apt/lists"); empty for none.
std::string_view cache_of(std::string_view path);
/// setuid and setgid programs that distributions ship so.
bool is_usual_setuid(std::string_view path);

std::string_view file_name_of(std::string_view path);

}  // namespace lade::sbom
