#pragma once

#include <string>
#include <string_view>

#include "registry/http/http.h"

namespace lade::registry {

/// What says where the Docker daemon is; empty is unsaid.
struct DaemonSettings {
  std::string host{};                   ///< --daemon-host, else DOCKER_HOST
  std::string certificate_directory{};  ///< ca.pem, cert.pem and key.pem
  bool verify = true;                   ///< whether the daemon must be who it says, over TLS
  /// Sockets that are looked for if there is no host, the first one that is there.
  std::vector<std::string> sockets{};
};

/// Where the daemon is and how it is spoken to.
struct DaemonHost {
  std::string name;           ///< as the user would write it
  std::string url;            ///< what the paths of requests are put behind
  std::string unix_socket{};  ///< empty: the host of the URL
  TlsTrust trust{};
};

/// unix:///PATH, tcp://HOST[:PORT], http://… and https://… `tcp` is TLS where there are
/// certificates (Docker's rule). `invalid` for what is none of these, `unsupported` for ssh://.
DaemonHost parse_daemon_host(const DaemonSettings& settings);

/// Throws what keeps a socket from being used, with what can be done: `unavailable` if nobody
/// listens, `denied`. Nothing for a daemon at a host.
void require_daemon(const DaemonHost& host);

}  // namespace lade::registry
