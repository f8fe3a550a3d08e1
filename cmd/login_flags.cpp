#include "cmd/login_flags.h"

#include "libimage/base/error.h"

namespace lade::cmd {

std::string login_key(const std::string& named, const registry::DockerOptions& options) {
  if (!named.empty()) return registry::credential_key(named);
  const auto& searched = options.config.search_registries;
  return searched && !searched->empty() ? searched->front() : "docker.io";
}

registry::DockerOptions login_options(Session& session, const std::string& compat_file) {
  registry::DockerOptions options = docker_options(session, session.network());
  if (compat_file.empty()) return options;
  if (!options.credentials.auth_file.empty()) {
    fail(ErrorKind::invalid, "--authfile and --compat-auth-file name different files to write");
  }
  options.credentials.auth_file = compat_file;
  options.credentials.docker_names = true;
  return options;
}

}  // namespace lade::cmd
