#include "cmd/containers.h"

#include <unistd.h>

#include "cmd/file_server.h"
#include "cmd/network.h"
#include "cmd/session.h"
#include "libimage/containers/containers_storage.h"
#include "registry/config/storage.h"

namespace lade::cmd {
namespace {

ContainersOptions containers_options(const Session& session, const std::string& details) {
  ContainersOptions options;
  if (::geteuid() != 0) options.open_denied = open_in_user_namespace;
  // whoever names a store needs no files that name another
  if (details.starts_with('[')) return options;
  const registry::StorageConfig config = registry::load_storage(user_environment(session));
  options.place = {.root = config.root,
                   .driver = config.driver,
                   .run_root = config.run_root,
                   .additional_roots = config.additional_roots};
  add_driver_options(options.place, config.options);
  return options;
}

}  // namespace

OutsideTransport containers_transport(Session& session, const TransportContext& context) {
  return {.open =
              [&session, context](const std::string& details) {
                return open_containers_storage(details, containers_options(session, details),
                                               context);
              },
          .write =
              [context](const std::string& details) {
                return write_containers_storage(details, context);
              }};
}

}  // namespace lade::cmd
