#include "cmd/sync_flags.h"

#include "libimage/base/error.h"

namespace lade::cmd {

void SyncFlags::add_to(CLI::App& app) {
  app.add_option("SOURCE", source,
                 "A repository, with or without tag or digest; a directory; a layout; a file")
      ->required();
  app.add_option("DESTINATION", target, "A registry or a path in one; a directory; a layout")
      ->required();
  app.add_option("-s,--src", source_transport, "What SOURCE is: docker, dir, oci or yaml")
      ->required()
      ->check(CLI::IsMember({"docker", "dir", "oci", "yaml"}))
      ->type_name("TRANSPORT");
  app.add_option("-d,--dest", target_transport, "What DESTINATION is: docker, dir or oci")
      ->required()
      ->check(CLI::IsMember({"docker", "dir", "oci"}))
      ->type_name("TRANSPORT");
  app.add_flag("-a,--all", copy.all, "All platforms of multi-platform images");
  app.add_flag("--scoped", scoped,
               "Keep the whole name of the source, and not its last part alone");
  app.add_option("--append-suffix", append_suffix, "Append this to every tag")->type_name("SUFFIX");
  app.add_flag("--keep-going", keep_going, "Go on after an image that failed, and fail at the end");
  app.add_option("--jobs", jobs, "How many images at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  copy.add_transfer_to(app);
  copy.add_common_to(app);
  copy.source_network.add_registry_to(app, "src-");
  copy.destination_network.add_registry_to(app, "dest-");
}

registry::SyncTarget SyncFlags::sync_target() const {
  if (source_transport != "docker" && source_transport != "yaml" && target_transport != "docker") {
    fail(ErrorKind::invalid, "lade sync goes from or to a registry; got --src {} --dest {}",
         source_transport, target_transport);
  }
  return {target_transport, target, scoped, append_suffix};
}

}  // namespace lade::cmd
