// lade push: an image of the store to a registry, or to whatever copy can write. The flags are
// those of podman and buildah.
#include "cmd/admission.h"
#include "cmd/command.h"
#include "cmd/copy_options.h"
#include "cmd/copy_report.h"
#include "cmd/expansion_flags.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/pushing.h"
#include "cmd/retry_flags.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/image/admission.h"
#include "registry/pull/stored_candidate.h"

namespace lade::cmd {
namespace {

struct PushFlags {
  std::string image;
  std::string destination;
  CopyFlags copy;
};

/// A destination without a transport is one on a registry, as for podman.
ImageName parse_destination(const std::string& text) {
  const ImageName name = parse_image_name(text);
  const bool bare = name.transport == "store" && name.details == text;
  return bare ? ImageName{"docker", "//" + text} : name;
}

/// Where the image's own name says.
ImageName own_place(const NamedImage& image, const std::string& word) {
  const Reference& name = image.name;
  if (name.domain() == "localhost" || name.digest()) {
    fail(ErrorKind::invalid, "{} ({}) names no registry: say where to push it", printable(word),
         name.familiar());
  }
  return {"docker", "//" + name.str()};
}

void tell(Session& session, const PushFlags& flags, const CopyReport& report, const ImageName& to) {
  const std::string digest = report.target.digest.str();
  if (!flags.copy.digest_file.empty()) write_file_atomic(flags.copy.digest_file, digest);
  if (!flags.copy.quiet) tell_notes(session, report);
  if (!flags.copy.format.empty()) {
    Json record = copy_record(report);
    record["destination"] = to.str();
    session.print(format_record(record, flags.copy.format));
  } else if (!flags.copy.quiet) {
    session.print(digest + "\n");
  }
}

void run(Session& session, const PushFlags& flags) {
  session.set_quiet(flags.copy.quiet);
  session.set_progress(flags.copy.progress);
  session.heed_signals();
  CopyOptions options = flags.copy.options();
  options.expansion = session.expansion();
  std::string word = flags.image;
  if (word.starts_with("store:")) word.erase(0, word.find(':') + 1);
  const auto store = session.store();
  const auto lease = store->lease();
  const NamedImage image = store->resolve(word);
  lease->add(image.target.digest);
  if (options.platforms.kind == PlatformChoice::Kind::one && !flags.copy.platform.are_given()) {
    const auto source = open_store_image(store, image);
    options.platforms.wanted =
        registry::platform_at_hand(*store, *source, options.platforms.wanted);
  }
  const ImageName to =
      flags.destination.empty() ? own_place(image, word) : parse_destination(flags.destination);
  flags.copy.signing.prepare(session, to.transport, options);
  if (Admission* admission = session.admission()) {
    // by its name: what is copied is pinned by its digest
    admit_images(*open_store_image(store, image), options.platforms, *admission);
  }
  const CopyReport report =
      push_image(session, "store:" + image.target.digest.str(), to, options, session.progress());
  flags.copy.signing.carry_out(session, "store:" + image.name.str(), to, session.transports(),
                               report);
  tell(session, flags, report, to);
}

}  // namespace

void declare_push(CLI::App& app, Session& session) {
  explain(app,
          "Sends an image of the store to a registry and prints its digest there. Without a "
          "destination it goes where its name says; one without a transport is on a registry; any "
          "other that copy can write will do. What the registry has is not sent again, and what it "
          "has in another repository is mounted. Manifests and layers stay what they are, byte for "
          "byte, unless a flag says otherwise.\n\n"
          "Of a multi-platform image the one for this machine goes, or the only one the store has; "
          "--all sends the index with all its images.",
          "  lade push registry.example/team/app:1\n"
          "  lade push app docker://registry.example/team/app:1\n"
          "  lade push --creds me:secret --digestfile app.digest app registry.example/team/app:1\n"
          "  lade push --compression-format zstd app registry.example/team/app:zstd\n"
          "  lade push app oci-archive:app.tar:1");
  const auto flags = std::make_shared<PushFlags>();
  app.add_option("IMAGE", flags->image, "A name or id in the store")->required();
  app.add_option("DESTINATION", flags->destination, "Where to: [docker://]NAME, or TRANSPORT:…");
  flags->copy.add_push_flags_to(app);
  add_signature_policy(app, session);
  add_retry_flags(app, session);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
