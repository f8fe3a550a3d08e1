#pragma once

#include <memory>
#include <string>
#include <variant>

#include "libimage/oci/reference.h"
#include "libimage/transport/transport.h"
#include "registry/daemon/daemon_host.h"
#include "registry/http/exchange.h"

namespace lade::registry {

/// `docker-reference|algo:digest` (containers-transports(5)): a name, tagged "latest" where it has
/// neither tag nor digest, or the id of an image.
using DaemonImageName = std::variant<Reference, Digest>;
/// `invalid` for anything else, also for a tag and a digest together.
DaemonImageName parse_daemon_name(const std::string& details);

/// The transport docker-daemon: images that a Docker daemon has, read as `docker save` and written
/// as `docker load` do (Docker Engine API, "Export an image", "Import images").
class DockerDaemon {
 public:
  /// `exchange` says how to talk; nothing is given up for being slow, as a daemon may pack for
  /// minutes before it says a word.
  DockerDaemon(DaemonHost host, ExchangeSettings exchange);

  /// Fetches the image whole. `not_found`, `denied`, `unavailable`; what the daemon says is told.
  std::unique_ptr<ImageSource> open(const std::string& details, const TransportContext& context);
  /// The daemon gets the image at commit. `invalid` for a name with a digest.
  std::unique_ptr<ImageDestination> write(const std::string& details,
                                          const TransportContext& context);

 private:
  HttpRequest request(std::string method, const std::string& path) const;

  DaemonHost host_;
  std::shared_ptr<class HttpClient> http_;
};

}  // namespace lade::registry
