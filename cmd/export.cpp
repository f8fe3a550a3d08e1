#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/export/bundle.h"
#include "builder/export/export_directory.h"
#include "builder/export/export_tar.h"
#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/image_layers.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "cmd/print_sink.h"
#include "libimage/base/error.h"

namespace lade::cmd {
namespace {

struct ExportFlags {
  std::string image;
  std::string output = "-";
  std::string directory;
  std::string bundle;
  std::string hostname = "lade";
  PlatformFlags platform;
};

void write_tar(Session& session, const ExportFlags& flags, const builder::LayerStack& layers) {
  if (flags.output == "-") {
    PrintSink sink(session);
    builder::export_tar(layers, sink);
    return;
  }
  const Fd file = open_fd(flags.output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  try {
    FdSink sink(file.get(), flags.output);
    builder::export_tar(layers, sink);
  } catch (const Error&) {
    // half an archive must not be taken for a whole one
    struct stat status {};
    if (::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)) {
      ::unlink(flags.output.c_str());
    }
    throw;
  }
}

std::optional<builder::RootlessUser> rootless_user() {
  if (::geteuid() == 0) return std::nullopt;
  return builder::RootlessUser{::geteuid(), ::getegid()};
}

void run(Session& session, const ExportFlags& flags) {
  const bool to_tar = flags.directory.empty() && flags.bundle.empty();
  if (to_tar && flags.output == "-" && session.stdout_is_terminal()) {
    fail(ErrorKind::invalid,
         "an archive is nothing for a terminal: use -o FILE, --dir or --bundle");
  }
  const ImageLayers layers(session, flags.image, flags.platform.wanted(), session.admission());
  if (to_tar) return write_tar(session, flags, layers.stack());
  std::vector<std::string> notes;
  if (!flags.bundle.empty()) {
    notes = builder::export_bundle(layers.stack(), layers.image().config, flags.bundle,
                                   {.hostname = flags.hostname, .rootless = rootless_user()});
  } else {
    notes =
        builder::export_directory(layers.stack(), flags.directory, {.owners = ::geteuid() == 0});
  }
  for (const std::string& note : notes) session.warn(note);
}

}  // namespace

void declare_export(CLI::App& app, Session& session) {
  explain(app,
          "Writes the root file system that an image's layers show together: as a tar archive "
          "(to stdout by default), as a directory, or as a bundle that OCI runtimes run. "
          "Directories that an ordinary user makes belong to that user, without devices; such a "
          "user's bundle is a rootless one, whose root is the user.",
          "  lade export app:latest | tar -t\n"
          "  lade export -o rootfs.tar oci:layout:1.0\n"
          "  lade export --bundle app app:latest && runc run -b app my-container");
  const auto flags = std::make_shared<ExportFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  auto* output =
      app.add_option("-o,--output", flags->output, "Write the archive to FILE; \"-\" is stdout")
          ->type_name("FILE");
  auto* directory = app.add_option("--dir", flags->directory, "Unpack into DIR, new or empty")
                        ->type_name("DIR")
                        ->excludes(output);
  auto* bundle =
      app.add_option("--bundle", flags->bundle, "Make a runtime bundle in DIR, new or empty")
          ->type_name("DIR")
          ->excludes(output)
          ->excludes(directory);
  app.add_option("--hostname", flags->hostname, "The host name in the bundle's configuration")
      ->type_name("NAME")
      ->needs(bundle);
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
