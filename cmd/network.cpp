#include "cmd/network.h"

#include <unistd.h>

#include <mutex>

#include "cmd/lookaside_shelf.h"
#include "cmd/session.h"
#include "registry/client/docker_transport.h"
#include "registry/client/tags.h"
#include "registry/daemon/docker_daemon.h"

namespace lade::cmd {
namespace {

std::string whose(const std::string& prefix) {
  if (prefix.empty()) return "";
  return prefix == "src-" ? " of the source" : " of the destination";
}

}  // namespace

void NetworkFlags::add_to(CLI::App& app, const std::string& prefix) {
  add_registry_to(app, prefix);
  const std::string of = whose(prefix);
  app.add_option("--" + prefix + "daemon-host", daemon_host,
                 "Where the Docker daemon" + of +
                     " is, for docker-daemon: unix:///PATH or tcp://HOST:PORT (DOCKER_HOST)")
      ->type_name("HOST");
}

void NetworkFlags::add_registry_to(CLI::App& app, const std::string& prefix) {
  const std::string of = whose(prefix);
  app.add_option("--" + prefix + "authfile", auth_file, "The file with credentials" + of)
      ->type_name("FILE");
  app.add_option("--" + prefix + "creds", credentials,
                 "Who to be at the registry" + of + "; without a password nobody")
      ->type_name("USER[:PASSWORD]");
  app.add_flag("--" + prefix + "no-creds", no_credentials,
               "Ask the registry" + of + " without credentials");
  add_trust_to(app, prefix);
}

void NetworkFlags::add_trust_to(CLI::App& app, const std::string& prefix) {
  const std::string of = whose(prefix);
  app.add_option("--" + prefix + "cert-dir", certificate_directory,
                 "The directory with the certificates (*.crt, *.cert, *.key) for the registry" + of)
      ->type_name("DIR");
  app.add_flag_function(
      "--" + prefix + "tls-verify", [this](std::int64_t value) { tls_verify = value > 0; },
      "Whether the registry" + of +
          " must be who it says; false allows plain http, too (default: as registries.conf says)");
}

NetworkFlags NetworkFlags::over(const NetworkFlags& general) const {
  NetworkFlags flags = *this;
  if (flags.auth_file.empty()) flags.auth_file = general.auth_file;
  if (flags.credentials.empty()) flags.credentials = general.credentials;
  flags.no_credentials = flags.no_credentials || general.no_credentials;
  if (flags.certificate_directory.empty()) {
    flags.certificate_directory = general.certificate_directory;
  }
  if (!flags.tls_verify) flags.tls_verify = general.tls_verify;
  if (flags.daemon_host.empty()) flags.daemon_host = general.daemon_host;
  return flags;
}

registry::UserEnvironment user_environment(const Session& session) {
  const auto variable = [&](const char* name) { return session.variable(name).value_or(""); };
  return {.uid = ::geteuid(),
          .home = variable("HOME"),
          .config_home = variable("XDG_CONFIG_HOME"),
          .cache_home = variable("XDG_CACHE_HOME"),
          .runtime_dir = variable("XDG_RUNTIME_DIR"),
          .docker_config = variable("DOCKER_CONFIG"),
          .registries_conf = variable("CONTAINERS_REGISTRIES_CONF"),
          .registries_conf_override = variable("CONTAINERS_REGISTRIES_CONF_OVERRIDE"),
          .registry_auth_file = variable("REGISTRY_AUTH_FILE"),
          .user = variable("USER"),
          .data_home = variable("XDG_DATA_HOME"),
          .storage_conf = variable("CONTAINERS_STORAGE_CONF"),
          .storage_driver = variable("STORAGE_DRIVER"),
          .storage_opts = variable("STORAGE_OPTS")};
}

registry::DockerOptions docker_options(Session& session, const NetworkFlags& flags) {
  registry::DockerOptions options;
  const registry::UserEnvironment environment = user_environment(session);
  options.config = registry::load_registries(registry::registries_files(environment));
  for (const std::string& warning : options.config.warnings) session.warn(warning);
  options.certificate_directories = registry::certificate_directories(environment);
  options.certificate_directory = flags.certificate_directory;
  if (!flags.credentials.empty()) {
    options.credentials.given = registry::parse_credentials(flags.credentials);
  }
  options.credentials.auth_file = flags.auth_file;
  options.credentials.helpers = options.config.credential_helpers;
  options.credentials.environment = environment;
  options.anonymous = flags.no_credentials;
  options.tls_verify = flags.tls_verify;
  options.http = session.http();
  options.clock = [&session] { return session.now(); };
  options.locations = session.blob_locations();
  options.signatures = make_lookaside_shelf(environment, session.http());
  options.progress = &session.warnings();
  return options;
}

std::shared_ptr<registry::DockerTransport> make_docker_transport(Session& session,
                                                                 const NetworkFlags& flags) {
  return std::make_shared<registry::DockerTransport>(docker_options(session, flags));
}

LazyDockerTransport lazy_docker_transport(Session& session, const NetworkFlags& flags) {
  struct Made {
    std::once_flag once{};
    std::shared_ptr<registry::DockerTransport> transport{};
  };
  return [made = std::make_shared<Made>(), &session, flags] {
    std::call_once(made->once, [&] { made->transport = make_docker_transport(session, flags); });
    return made->transport;
  };
}

OutsideTransport docker_transport(Session& session, const NetworkFlags& flags) {
  const LazyDockerTransport get = lazy_docker_transport(session, flags);
  using registry::DockerTransport;
  return {.open =
              [get](const std::string& details) {
                return get()->open(DockerTransport::parse(details));
              },
          .write =
              [get](const std::string& details) {
                return get()->write(DockerTransport::parse(details));
              },
          .list =
              [get](const std::string& details) {
                return registry::list_tags(get()->repository(DockerTransport::parse(details)));
              }};
}

namespace {

/// As Docker's own programs read the environment.
registry::DaemonSettings daemon_settings(const Session& session, const NetworkFlags& flags) {
  const auto variable = [&](const char* name) { return session.variable(name).value_or(""); };
  registry::DaemonSettings settings;
  settings.host = flags.daemon_host.empty() ? variable("DOCKER_HOST") : flags.daemon_host;
  settings.certificate_directory = flags.certificate_directory;
  if (settings.certificate_directory.empty()) {
    settings.certificate_directory = variable("DOCKER_CERT_PATH");
  }
  const bool wants_tls = session.variable("DOCKER_TLS_VERIFY").has_value();
  if (settings.certificate_directory.empty() && wants_tls) {
    settings.certificate_directory = variable("HOME") + "/.docker";
  }
  settings.verify = flags.tls_verify.value_or(wants_tls || !flags.certificate_directory.empty());
  if (const auto runtime = session.variable("XDG_RUNTIME_DIR"); runtime && ::geteuid() != 0) {
    settings.sockets.push_back(*runtime + "/docker.sock");
  }
  settings.sockets.emplace_back("/var/run/docker.sock");
  return settings;
}

}  // namespace

OutsideTransport docker_daemon_transport(Session& session, const NetworkFlags& flags,
                                         const TransportContext& context) {
  const auto daemon = [&session, flags, context] {
    return registry::DockerDaemon(parse_daemon_host(daemon_settings(session, flags)),
                                  {.cancel = context.cancel});
  };
  return {.open = [daemon,
                   context](const std::string& details) { return daemon().open(details, context); },
          .write = [daemon, context](
                       const std::string& details) { return daemon().write(details, context); }};
}

}  // namespace lade::cmd
