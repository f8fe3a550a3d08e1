#include "libimage/image/copy.h"

#include <algorithm>

#include "cmd/command.h"
#include "cmd/copy_names.h"
#include "cmd/copy_options.h"
#include "cmd/copy_report.h"
#include "cmd/expansion_flags.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/retry.h"
#include "libimage/base/text.h"
#include "libimage/image/admission.h"
#include "libimage/transport/image_set.h"
#include "registry/client/blob_locations.h"
#include "registry/client/docker_transport.h"

namespace lade::cmd {
namespace {

/// Archives go to stdout as "-", perhaps with a name behind it.
bool writes_to_stdout(const ImageName& name) {
  return name.transport.ends_with("-archive") &&
         (name.details == "-" || name.details.starts_with("-:"));
}

void tell(Session& session, const CopyFlags& flags, const CopyReport& report, bool to_stdout) {
  if (!flags.quiet) {
    tell_part(session, report);
    tell_notes(session, report);
  }
  if (to_stdout && !flags.dry_run) return;
  if (!flags.format.empty()) return session.print(format_record(copy_record(report), flags.format));
  if (!flags.quiet) session.print(summary(report, flags.dry_run));
}

/// What the destination's registry wants to hear may differ from what the source's does.
TransportContext destination_context(Session& session, const CopyFlags& flags,
                                     TransportContext context) {
  context.outside = session.transports(flags.destination_network.over(session.network())).outside;
  return context;
}

/// More names for what was copied, where it went.
void add_names(Session& session, const CopyReport& report, ImageSource& source, const ImageName& to,
               const TransportContext& context) {
  for (const Reference& name : context.additional_tags) {
    if (to.transport == "store") {
      session.store()->set_name(name, report.target);
    } else if (to.transport == "docker") {
      const RawManifest manifest =
          report.unchanged ? source.manifest(report.target) : report.manifest;
      open_destination({to.transport, "//" + name.str()}, context)->commit(manifest);
    }
  }
}

void require_room_for_tags(const ImageName& to, const TransportContext& context) {
  if (context.additional_tags.empty() || to.transport == "store" ||
      to.transport == "docker-archive") {
    return;
  }
  if (to.transport != "docker") {
    fail(ErrorKind::invalid,
         "--additional-tag goes with store:, docker:// and docker-archive:, not {}:", to.transport);
  }
  const Reference target = registry::DockerTransport::parse(to.details);
  for (const Reference& name : context.additional_tags) {
    if (name.name() == target.name()) continue;
    fail(ErrorKind::invalid, "--additional-tag {}: a further tag is one in {}", name.str(),
         target.name());
  }
}

/// Before a layout or an archive is begun.
void admit(ImageSource& source, const CopyOptions& options) {
  if (options.admission != nullptr) admit_images(source, options.platforms, *options.admission);
}

struct Copied {
  std::string source;
  CopyReport report;
};

/// One image, under the name that the destination has.
Copied copy_one(Session& session, const CopyFlags& flags, const CopyOptions& options,
                const TransportContext& context, const ImageName& to) {
  require_room_for_tags(to, context);
  // what is written must not be collected before it has its names
  const auto lease = to.transport == "store" ? session.store()->lease() : nullptr;
  const auto source = open_source(parse_image_name(flags.names.front()), context);
  admit(*source, options);
  const TransportContext target = destination_context(session, flags, context);
  const auto destination = open_destination(to, target);
  const CopyReport report = copy_image(*source, *destination, options, session.progress());
  if (!flags.dry_run) {
    add_names(session, report, *source, to, target);
    if (!flags.digest_file.empty()) {
      write_file_atomic(flags.digest_file, report.target.digest.str());
    }
  }
  tell(session, flags, report, writes_to_stdout(to));
  return {source->name(), report};
}

void copy_one_patiently(Session& session, const CopyFlags& flags, const CopyOptions& options,
                        const TransportContext& context, const ImageName& to) {
  const auto tell_wait = [&](const Error& error, std::chrono::seconds wait) {
    session.warn(fmt::format("{}; trying again in {} s", error.message(), wait.count()));
  };
  const Copied copied = with_retries(flags.retry_times, context.cancel, tell_wait, [&] {
    return copy_one(session, flags, options, context, to);
  });
  if (flags.dry_run || !flags.signing.is_asked()) return;
  // not with the copy: that would find everything there, and nothing delivered
  with_retries(flags.retry_times, context.cancel, tell_wait, [&] {
    flags.signing.carry_out(session, copied.source, to,
                            destination_context(session, flags, context), copied.report);
  });
}

/// Several images into one archive or layout, each under its own name.
void copy_several(Session& session, const CopyFlags& flags, const CopyOptions& options,
                  const TransportContext& context, const ImageName& to) {
  if (!context.additional_tags.empty() || !flags.digest_file.empty()) {
    fail(ErrorKind::invalid, "--additional-tag and --digestfile go with one image, got {}",
         flags.sources().size());
  }
  if (flags.dry_run) fail(ErrorKind::invalid, "--dry-run goes with one image");
  if (flags.signing.is_asked()) {
    fail(ErrorKind::invalid, "--sign-key and --record-delivery go with one image, got {}",
         flags.sources().size());
  }
  const std::vector<std::string> words = flags.sources();
  std::vector<std::unique_ptr<ImageSource>> sources;
  for (const std::string& word : words) {
    sources.push_back(open_source(parse_image_name(word), context));
    admit(*sources.back(), options);
  }
  const auto set = open_image_set(to, context);
  std::vector<CopyReport> reports;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto names =
        names_to_keep(parse_image_name(words[i]), *sources[i], to.transport, context);
    const auto destination = set->add(names);
    reports.push_back(copy_image(*sources[i], *destination, options, session.progress()));
    if (names.empty()) reports.back().notes.push_back(words[i] + " has no name that it could keep");
  }
  set->finish();
  for (const CopyReport& report : reports) tell(session, flags, report, writes_to_stdout(to));
}

/// Whoever has unpacked layers has tars of them, for want of anything else. On a registry they
/// would be paid for by everybody who pulls, so they go there as if they had come from one.
bool has_tars_alone(const std::string& name) {
  const std::string transport = parse_image_name(name).transport;
  return transport == "containers-storage" || transport == "docker-daemon" ||
         transport == "docker-archive";
}

void run(Session& session, const CopyFlags& flags) {
  session.set_quiet(flags.quiet);
  session.set_progress(flags.progress);
  session.heed_signals();
  CopyOptions options = flags.options();
  options.expansion = session.expansion();
  options.admission = session.admission();
  const ImageName to = parse_image_name(flags.destination());
  flags.signing.prepare(session, to.transport, options);
  const std::vector<std::string> sources = flags.sources();
  const bool from_store = std::any_of(sources.begin(), sources.end(), [](const std::string& name) {
    return parse_image_name(name).transport == "store";
  });
  if (to.transport == "docker" && flags.dest_compress.value_or(true) &&
      has_tars_alone(sources.front())) {
    options.pack_unpacked = Compression::gzip;
  }
  // what was compressed once is known the next time
  if (from_store || to.transport == "store" || options.pack_unpacked) {
    options.memory = session.store().get();
  }
  TransportContext context = session.transports(flags.source_network.over(session.network()));
  context.platform = options.platforms.wanted;
  context.additional_tags = flags.additional_references(to);
  context.dry_run = flags.dry_run;
  if (flags.dry_run) session.blob_locations()->keep_silent();
  const bool to_stdout = writes_to_stdout(to);
  if (to_stdout && session.stdout_is_terminal()) {
    fail(ErrorKind::invalid, "an archive is nothing for a terminal: name a file instead of \"-\"");
  }
  try {
    const bool one = sources.size() == 1;
    (one ? copy_one_patiently : copy_several)(session, flags, options, context, to);
  } catch (const Error& error) {
    if (to_stdout && error.kind() == ErrorKind::io) session.require_reader();
    throw;
  }
}

}  // namespace

void declare_copy(CLI::App& app, Session& session) {
  explain(
      app,
      "Copies an image from one place to another. Names are TRANSPORT:DETAILS as in "
      "containers-transports(5): docker://HOST/NAME[:TAG], oci:DIR[:NAME], "
      "oci-archive:FILE[:NAME], "
      "docker-archive:FILE[:NAME], dir:DIR, tarball:FILE (to read), "
      "containers-storage:[[DRIVER@]ROOT]NAME (podman's and "
      "buildah's images), "
      "docker-daemon:NAME, store:NAME; a name without "
      "a transport is one in the store. The file \"-\" of an archive is stdin or stdout.\n\n"
      "Blobs are copied byte for byte and verified on the way; the destination's name changes "
      "last, when everything is there. Several sources go into one oci-archive:, docker-archive: "
      "or oci:, named by its path alone: each image keeps its own name, and what they share is "
      "there once. Of a multi-platform image the instance for this machine "
      "is taken, unless --all, --multi-arch or --platform say otherwise.\n\n"
      "What refers to the image (signatures, attestations, SBOMs, cosign's tags) and to its "
      "instances goes with it where the destination can hold it; what names a digest that the copy "
      "changes, or an index of which only one instance is taken, does not. Nothing is done if the "
      "destination has it all; a blob whose download was interrupted is carried on with.\n\n"
      "A policy.json or policy.toml, if there is one, says what may be copied: nothing is written "
      "of an "
      "image that it refuses, and lade policy explain SOURCE tells why. --sign-by, --sign-key and "
      "--sign-by-sigstore-private-key sign the copy.\n\n"
      "Layers are kept as they are unless a flag says otherwise, but for those that podman, "
      "buildah "
      "and Docker give out uncompressed: on a registry they are compressed, which changes the "
      "digest and is said.",
      "  lade copy oci:layout:1.0 app:1.0\n"
      "  lade copy --all oci-archive:app.tar dir:app\n"
      "  lade copy app:1.0 web:2.1 docker-archive:both.tar\n"
      "  lade copy --compression zstd app oci:layout:zstd\n"
      "  docker save app | lade copy docker-archive:- app");
  const auto flags = std::make_shared<CopyFlags>();
  flags->add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
