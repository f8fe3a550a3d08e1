#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/image_layers.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "cmd/print_sink.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

struct CatFlags {
  std::string image;
  std::vector<std::string> paths;
  PlatformFlags platform;
};

TreeEntry find_file(const ImageLayers& layers, const std::string& path, const std::string& image) {
  const auto found = layers.tree().find_resolved(path);
  if (!found) {
    fail(ErrorKind::not_found, "there is no {} in {}", printable(path), printable(image));
  }
  const EntryType type = layers.tree().content_of(*found).entry.type;
  if (type != EntryType::file) {
    fail(ErrorKind::invalid, "{} in {} is no file: {}", printable(path), printable(image),
         to_string(type));
  }
  return *found;
}

void run(Session& session, const CatFlags& flags) {
  const ImageLayers layers(session, flags.image, flags.platform.wanted());
  std::vector<TreeEntry> files;
  for (const std::string& path : flags.paths) {
    files.push_back(find_file(layers, path, flags.image));
  }
  PrintSink sink(session);
  for (const TreeEntry& file : files) layers.write_file(file, sink);
}

}  // namespace

void declare_cat(CLI::App& app, Session& session) {
  explain(app,
          "Prints files as the image shows them, symbolic links followed inside of it. Of an image "
          "in the store no more is unpacked than the file itself.",
          "  lade cat alpine:3.18 /etc/os-release\n"
          "  lade cat oci-archive:app.tar usr/lib/os-release");
  const auto flags = std::make_shared<CatFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_option("PATH", flags->paths, "Files in the image")->required();
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
