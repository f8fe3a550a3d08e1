#include "cmd/command.h"
#include "cmd/output/man.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"
#include "libimage/store/gc.h"
#include "registry/client/deletion.h"
#include "registry/client/docker_transport.h"

namespace lade::cmd {
namespace {

struct DeleteFlags {
  std::vector<std::string> images;
  bool force = false;
  bool dry_run = false;
};

void delete_remote(Session& session, const DeleteFlags& flags, const ImageName& name,
                   registry::DockerTransport& transport) {
  const Reference reference = registry::DockerTransport::parse(name.details);
  const registry::Deletion gone = registry::delete_image(
      transport.repository(reference), {.force = flags.force, .dry_run = flags.dry_run});
  if (gone.tag_alone) return session.print(fmt::format("Untagged: {}\n", reference.str()));
  const std::string image = fmt::format("{}@{}", reference.name(), gone.digest.str());
  session.print(fmt::format("{}: {}\n", flags.dry_run ? "Would delete" : "Deleted", image));
  if (gone.other_tags.empty()) return;
  session.warn(flags.dry_run && !reference.digest()
                   ? fmt::format("where {} cannot delete a tag alone, these go too: {}",
                                 reference.domain(), join(gone.other_tags, ", "))
                   : fmt::format("tags that {} with it: {}", flags.dry_run ? "go" : "went",
                                 join(gone.other_tags, ", ")));
}

void delete_local(Session& session, const DeleteFlags& flags, const ImageName& name) {
  const TransportContext context = session.transports();
  if (flags.dry_run) {
    const auto source = open_source(name, context);
    const std::string digest = read_manifest(*source).digest.str();
    return session.print(fmt::format("Would delete: {} ({})\n", source->name(), digest));
  }
  remove_image(name, context);
  session.print(fmt::format("Deleted: {}\n", name.str()));
  if (name.transport != "store") return;
  for (const std::string& left : collect_garbage(*session.store(), {.unnamed = false}).left) {
    session.warn(left);
  }
}

void run(Session& session, const DeleteFlags& flags) {
  session.heed_signals();
  const auto transport = lazy_docker_transport(session, session.network());
  for (const std::string& text : flags.images) {
    const ImageName name = parse_image_name(text);
    if (name.transport == "docker") {
      delete_remote(session, flags, name, *transport());
    } else {
      delete_local(session, flags, name);
    }
  }
}

}  // namespace

void declare_delete(CLI::App& app, Session& session) {
  explain(app,
          "Deletes images from where they are: a registry, a layout (oci:), a directory (dir:) or "
          "the store. On a registry a tag goes alone if the registry can do that. Many can only "
          "delete the image itself, with all its tags; if there are others, they are named and "
          "nothing is deleted without --force. An image named by its digest goes with all its "
          "tags. Blobs are the registry's affair, and some have deleting turned off.",
          "  lade delete docker://registry.example.com/team/app:old\n"
          "  lade delete --dry-run docker://registry.example.com/team/app:old\n"
          "  lade delete oci:layout:1.0");
  const auto flags = std::make_shared<DeleteFlags>();
  app.add_option("IMAGE", flags->images, "Images, of any transport that can")->required();
  app.add_flag("--force", flags->force, "Delete other tags of the image with it");
  app.add_flag("-n,--dry-run", flags->dry_run, "Tell what would be deleted");
  session.network().add_registry_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
