#pragma once

#include <string>

#include "cmd/session.h"
#include "registry/client/docker_transport.h"

namespace lade::cmd {

/// The registry that a person named after login or logout, as the key its credentials have; without
/// a name the first of unqualified-search-registries, else docker.io.
std::string login_key(const std::string& named, const registry::DockerOptions& options);

/// Where credentials are looked for and kept: --authfile, or --compat-auth-file in Docker's form.
/// `invalid` for both.
registry::DockerOptions login_options(Session& session, const std::string& compat_file);

}  // namespace lade::cmd
