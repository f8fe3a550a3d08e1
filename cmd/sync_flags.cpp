#include "cmd/sync_flags.h"

#include "cmd/copy_options.h"
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
  app.add_flag("-a,--all", all, "All platforms of multi-platform images");
  app.add_flag("--scoped", scoped,
               "Keep the whole name of the source, and not its last part alone");
  app.add_option("--append-suffix", append_suffix, "Append this to every tag")->type_name("SUFFIX");
  app.add_flag("--keep-going", keep_going, "Go on after an image that failed, and fail at the end");
  app.add_flag("--dry-run", dry_run, "Print what would be copied, and write nothing");
  app.add_flag("--preserve-digests", preserve_digests,
               "Fail rather than change a manifest in any way");
  app.add_option("-f,--format", format_name, "Manifests of this kind: oci, docker (or v2s2)")
      ->type_name("KIND");
  auto* none = app.add_flag("--no-referrers", no_referrers,
                            "Leave behind what refers to the images: signatures, SBOMs, …");
  app.add_flag("--remove-signatures", remove_signatures, "Leave behind signatures alone")
      ->excludes(none);
  app.add_option("--retry-times", retry_times, "How often to begin again after a passing failure")
      ->type_name("N");
  app.add_option("--jobs", jobs, "How many images at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  app.add_flag("-q,--quiet", quiet, "Print nothing but errors");
  app.add_option("--report", report, "What to print of it: json, or a Go template")
      ->type_name("FORMAT");
  platform.add_to(app);
  source_network.add_to(app, "src-");
  target_network.add_to(app, "dest-");
}

registry::SyncTarget SyncFlags::sync_target() const {
  if (source_transport != "docker" && source_transport != "yaml" && target_transport != "docker") {
    fail(ErrorKind::invalid, "lade sync goes from or to a registry; got --src {} --dest {}",
         source_transport, target_transport);
  }
  return {target_transport, target, scoped, append_suffix};
}

CopyOptions SyncFlags::copy_options() const {
  CopyFlags flags;
  flags.all = all;
  flags.preserve_digests = preserve_digests;
  flags.format_name = format_name;
  flags.no_referrers = no_referrers;
  flags.remove_signatures = remove_signatures;
  flags.dry_run = dry_run;
  flags.platform = platform;
  return flags.options();
}

}  // namespace lade::cmd
