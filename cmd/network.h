#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "libimage/transport/transport.h"

namespace lade::registry {
class DockerTransport;
struct DockerOptions;
struct UserEnvironment;
}  // namespace lade::registry

namespace lade::cmd {

class Session;

/// How a registry is to be spoken to, as flags say it.
struct NetworkFlags {
  std::string auth_file;
  std::string credentials;
  bool no_credentials = false;
  std::string certificate_directory;
  std::optional<bool> tls_verify;
  std::string daemon_host;

  /// All there are. `prefix` is "", "src-" or "dest-". The object outlives `app`.
  void add_to(CLI::App& app, const std::string& prefix = "");
  /// For commands that speak to nobody else than registries.
  void add_registry_to(CLI::App& app, const std::string& prefix = "");
  /// Those alone that say whom to trust (--cert-dir, --tls-verify).
  void add_trust_to(CLI::App& app, const std::string& prefix = "");
  /// What is not said here is as `general` says.
  NetworkFlags over(const NetworkFlags& general) const;
};

/// What the files of a user are found by, from the environment.
registry::UserEnvironment user_environment(const Session& session);

/// How registries are spoken to as flags, the user's files and the environment say it.
registry::DockerOptions docker_options(Session& session, const NetworkFlags& flags);

/// The transport docker: as flags, the user's files and the environment make it.
std::shared_ptr<registry::DockerTransport> make_docker_transport(Session& session,
                                                                 const NetworkFlags& flags);

/// The same, made when somebody first asks for it, from whichever thread; one for all who ask.
using LazyDockerTransport = std::function<std::shared_ptr<registry::DockerTransport>()>;
LazyDockerTransport lazy_docker_transport(Session& session, const NetworkFlags& flags);

/// The same for a TransportContext.
OutsideTransport docker_transport(Session& session, const NetworkFlags& flags);

/// The transport docker-daemon: as flags and the environment make it. `context` is copied.
OutsideTransport docker_daemon_transport(Session& session, const NetworkFlags& flags,
                                         const TransportContext& context);

}  // namespace lade::cmd
