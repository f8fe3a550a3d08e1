#include "cmd/command.h"
#include "cmd/index_command.h"
#include "cmd/inspection.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/admission.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade::cmd {
namespace {

struct IndexFlags {
  std::string name;
  std::vector<std::string> words;
  bool amend = false;
  bool all = false;
  std::string format;
  std::vector<std::string> annotations;
};

/// Before there is an index, so that a refusal leaves none.
void admit_all(const TransportContext& context, const IndexFlags& flags, Admission& admission) {
  using Kind = PlatformChoice::Kind;
  const PlatformChoice choice{.kind = flags.all ? Kind::all : Kind::one,
                              .wanted = context.platform};
  for (const std::string& image : flags.words) {
    admit_images(*open_source(parse_image_name(image), context), choice, admission);
  }
}

void create(Session& session, const IndexFlags& flags) {
  const Reference name = index_name(flags.name);
  Index first{std::string(media_type::oci_index)};
  first.annotations = parse_annotation_flags(flags.annotations);
  session.heed_signals();
  const TransportContext context = session.transports();
  Admission* admission = session.admission();
  if (admission != nullptr) admit_all(context, flags, *admission);
  create_index(*session.store(), name, first, flags.amend);
  for (const std::string& image : flags.words) {
    add_to_index(context, name, parse_image_name(image), {.all = flags.all, .admission = admission},
                 session.progress());
  }
  session.print(read_stored_index(*session.store(), name).digest.str() + "\n");
}

void remove(Session& session, const IndexFlags& flags) {
  const RawManifest changed =
      edit_index(*session.store(), index_name(flags.name), [&](Index& index) {
        for (const std::string& word : flags.words) {
          const Digest digest = find_entry(index, word).digest;
          std::erase_if(index.manifests,
                        [&](const Descriptor& entry) { return entry.digest == digest; });
        }
      });
  session.print(changed.digest.str() + "\n");
}

void inspect(Session& session, const IndexFlags& flags) {
  const ImageName name = parse_image_name(flags.name);
  const auto source = open_source(name, session.transports());
  const RawManifest top = read_manifest(*source);
  if (!media_type::is_index(top.media_type)) {
    fail(ErrorKind::invalid, "{} is no index but {}", flags.name, printable(top.media_type));
  }
  session.print(flags.format.empty()
                    ? to_pretty(parse_json(top.bytes, flags.name)) + "\n"
                    : format_record(index_record(top, source->name()), flags.format));
}

void declare_create(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<IndexFlags>();
  app.add_option("NAME", flags->name, "The index, in the store")->required();
  app.add_option("IMAGE", flags->words, "Images of any transport to begin with");
  app.add_flag("-a,--amend", flags->amend, "Go on with an index that is there already");
  app.add_flag("--all", flags->all, "Of an index all its images");
  app.add_option("--annotation", flags->annotations, "An annotation of the index")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  session.network().add_to(app);
  app.callback([&session, flags] { create(session, *flags); });
}

void declare_remove(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<IndexFlags>();
  app.add_option("NAME", flags->name, "The index, in the store")->required();
  app.add_option("ENTRY", flags->words, "Digests, or platforms that one image alone is for")
      ->required();
  app.callback([&session, flags] { remove(session, *flags); });
}

void declare_inspect_index(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<IndexFlags>();
  app.add_option("NAME", flags->name, "An index, of any transport")->required();
  app.add_option("-f,--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  session.network().add_to(app);
  app.callback([&session, flags] { inspect(session, *flags); });
}

}  // namespace

void declare_index(CLI::App& app, Session& session) {
  explain(app,
          "Puts images for several platforms together under one name, as podman, buildah and "
          "docker do with \"manifest\", which is this command's other name. The index is in the "
          "store, like any image. Images on a registry stay there: the index has their digests, "
          "and push takes them from where they were added (within one registry no byte moves). "
          "Images of other transports are copied into the store.",
          "  lade index create app:1 docker://quay.io/me/app:1-amd64\n"
          "  lade index add --variant v8 app:1 oci:layout:arm64\n"
          "  lade index annotate --os-version 10.0.17763 app:1 windows/amd64\n"
          "  lade index push --rm app:1 docker://quay.io/me/app:1");
  app.require_subcommand(1);
  declare_create(*app.add_subcommand("create", "Begin an index"), session);
  declare_index_add(*app.add_subcommand("add", "Add images or artifacts to an index"), session);
  declare_remove(*app.add_subcommand("remove", "Take images out of an index"), session);
  declare_index_annotate(
      *app.add_subcommand("annotate", "Change what an index says of an image or of itself"),
      session);
  declare_inspect_index(*app.add_subcommand("inspect", "Show an index"), session);
  declare_index_push(*app.add_subcommand("push", "Copy an index with its images"), session);
}

}  // namespace lade::cmd
