#include "libimage/image/copy.h"

#include "cmd/command.h"
#include "cmd/copy_options.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// Archives go to stdout as "-", perhaps with a name behind it.
bool writes_to_stdout(const ImageName& name) {
  return name.transport.ends_with("-archive") &&
         (name.details == "-" || name.details.starts_with("-:"));
}

/// More names for what was copied into the store.
void add_names(Session& session, const RawManifest& manifest, const std::vector<Reference>& names) {
  for (const Reference& name : names) {
    session.store()->set_name(name, manifest.descriptor());
  }
}

std::string summary(const CopyReport& report) {
  std::string text =
      fmt::format("{}: {} blob{} copied ({})", report.manifest.digest.str(), report.blobs_copied,
                  report.blobs_copied == 1 ? "" : "s", human_size(report.bytes_copied));
  if (report.blobs_present > 0) text += fmt::format(", {} present already", report.blobs_present);
  return text + "\n";
}

Json record_of(const CopyReport& report) {
  return {{"digest", report.manifest.digest.str()}, {"mediaType", report.manifest.media_type},
          {"blobsCopied", report.blobs_copied},     {"blobsPresent", report.blobs_present},
          {"bytesCopied", report.bytes_copied},     {"notes", report.notes}};
}

void run(Session& session, const CopyFlags& flags) {
  session.set_quiet(flags.quiet);
  CopyOptions options = flags.options();
  const ImageName from = parse_image_name(flags.source);
  const ImageName to = parse_image_name(flags.destination);
  if (from.transport == "store" || to.transport == "store") {
    options.memory = session.store().get();
  }
  TransportContext context = session.transports();
  context.platform = options.platforms.wanted;
  context.additional_tags = flags.additional_references();
  if (!context.additional_tags.empty() && to.transport != "store" &&
      to.transport != "docker-archive") {
    fail(ErrorKind::invalid,
         "--additional-tag goes with store: and docker-archive:, not {}:", to.transport);
  }
  const bool to_stdout = writes_to_stdout(to);
  if (to_stdout && session.stdout_is_terminal()) {
    fail(ErrorKind::invalid, "an archive is nothing for a terminal: name a file instead of \"-\"");
  }
  // what is written must not be collected before it has its names
  const auto lease = to.transport == "store" ? session.store()->lease() : nullptr;
  const auto source = open_source(from, context);
  const auto destination = open_destination(to, context);
  const CopyReport report = copy_image(*source, *destination, options, session.progress());
  if (to.transport == "store") add_names(session, report.manifest, context.additional_tags);
  if (!flags.digest_file.empty()) {
    write_file_atomic(flags.digest_file, report.manifest.digest.str());
  }
  if (!flags.quiet) {
    for (const std::string& note : report.notes) session.warn(note);
  }
  if (to_stdout) return;
  if (!flags.format.empty()) return session.print(format_record(record_of(report), flags.format));
  if (!flags.quiet) session.print(summary(report));
}

}  // namespace

void declare_copy(CLI::App& app, Session& session) {
  explain(app,
          "Copies an image from one place to another. Names are TRANSPORT:DETAILS as in "
          "containers-transports(5): oci:DIR[:NAME], oci-archive:FILE[:NAME], "
          "docker-archive:FILE[:NAME], dir:DIR, tarball:FILE (to read), store:NAME; a name without "
          "a transport is one in the store. The file \"-\" of an archive is stdin or stdout.\n\n"
          "Blobs are copied byte for byte and verified on the way; the destination's name changes "
          "last, when everything is there. Of a multi-platform image the instance for this machine "
          "is taken, unless --all, --multi-arch or --platform say otherwise.",
          "  lade copy oci:layout:1.0 app:1.0\n"
          "  lade copy --all oci-archive:app.tar dir:app\n"
          "  lade copy --compression zstd app oci:layout:zstd\n"
          "  docker save app | lade copy docker-archive:- app");
  const auto flags = std::make_shared<CopyFlags>();
  flags->add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
