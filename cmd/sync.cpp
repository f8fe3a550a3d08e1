#include <algorithm>

#include "cmd/command.h"
#include "cmd/copy_report.h"
#include "cmd/expansion_flags.h"
#include "cmd/output/man.h"
#include "cmd/sync_flags.h"
#include "cmd/sync_report.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/image/admission.h"
#include "registry/client/blob_locations.h"

namespace lade::cmd {
namespace {

using registry::SyncItem;
using registry::SyncResult;

constexpr std::size_t sync_file_limit_bytes = 16U << 20U;

/// Images to copy, and how the registry that they are on is spoken to.
struct Batch {
  std::vector<SyncItem> items;
  TransportContext source;
};

registry::ListTags lister(const TransportContext& context) {
  return [&context](const std::string& repository) {
    return list_images({"docker", "//" + repository}, context);
  };
}

/// What a section says goes before what the flags say.
NetworkFlags network_of(const registry::SyncRegistry& section, const NetworkFlags& flags) {
  NetworkFlags network;
  if (!section.username.empty()) {
    network.credentials = fmt::format("{}:{}", section.username, section.password.reveal());
  }
  network.certificate_directory = section.certificate_directory;
  network.tls_verify = section.tls_verify;
  return network.over(flags);
}

std::vector<Batch> plan(Session& session, const SyncFlags& flags) {
  const registry::SyncTarget target = flags.sync_target();
  const NetworkFlags network = flags.copy.source_network.over(session.network());
  std::vector<Batch> batches;
  if (flags.source_transport == "yaml") {
    const std::string text = read_file(flags.source, sync_file_limit_bytes);
    for (const auto& section : registry::parse_sync_file(text, flags.source)) {
      Batch batch{{}, session.transports(network_of(section, network))};
      batch.items = plan_registry(section, target, lister(batch.source));
      batches.push_back(std::move(batch));
    }
    return batches;
  }
  Batch batch{{}, session.transports(network)};
  if (flags.source_transport == "docker") {
    batch.items = plan_repository(flags.source, target, lister(batch.source));
  } else if (flags.source_transport == "dir") {
    batch.items = plan_directories(flags.source, target);
  } else {
    batch.items =
        plan_layout(flags.source, list_images({"oci", flags.source}, batch.source), target);
  }
  batches.push_back(std::move(batch));
  return batches;
}

registry::SyncOptions options_of(Session& session, const SyncFlags& flags, const Batch& batch,
                                 const TransportContext& target) {
  registry::SyncOptions options;
  options.copy = flags.copy.options();
  options.copy.expansion = session.expansion();
  options.copy.admission = session.admission();
  flags.copy.signing.prepare(session, flags.target_transport, options.copy);
  options.images_at_once = flags.jobs;
  options.keep_going = flags.keep_going;
  options.retry_times = flags.copy.retry_times;
  options.cancel = target.cancel;
  options.open = [&batch, &session, platforms = options.copy.platforms](const SyncItem& item) {
    auto source = open_source(parse_image_name(item.from), batch.source);
    // before a layout is begun
    if (Admission* admission = session.admission()) admit_images(*source, platforms, *admission);
    return source;
  };
  options.write = [&target](const SyncItem& item) {
    return open_destination(parse_image_name(item.to), target);
  };
  if (!flags.copy.quiet) {
    options.done = [&session](const SyncItem& item, const CopyReport& report) {
      tell_part(session, report, item.to + ": ");
      tell_notes(session, report, item.to + ": ");
    };
  }
  return options;
}

void run(Session& session, const SyncFlags& flags) {
  session.set_quiet(flags.copy.quiet);
  session.set_progress(flags.copy.progress);
  session.heed_signals();
  const std::vector<Batch> batches = plan(session, flags);
  TransportContext target =
      session.transports(flags.copy.destination_network.over(session.network()));
  target.dry_run = flags.copy.dry_run;
  if (target.dry_run) session.blob_locations()->keep_silent();
  std::vector<SyncResult> results;
  const Error* failed = nullptr;
  for (const Batch& batch : batches) {
    const bool stop = failed != nullptr && !flags.keep_going;
    auto some =
        stop ? std::vector<SyncResult>()
             : run_sync(batch.items, options_of(session, flags, batch, target), session.progress());
    for (std::size_t i = some.size(); i < batch.items.size(); ++i) some.push_back({batch.items[i]});
    std::move(some.begin(), some.end(), std::back_inserter(results));
    const auto found = std::find_if(results.begin(), results.end(),
                                    [](const SyncResult& one) { return one.error.has_value(); });
    failed = found == results.end() ? nullptr : &*found->error;
  }
  if (!flags.copy.dry_run) {
    for (const SyncResult& result : results) {
      if (!result.report) continue;
      flags.copy.signing.carry_out(session, result.item.from, parse_image_name(result.item.to),
                                   target, *result.report);
    }
  }
  tell(session, flags, results);
  if (failed == nullptr) return;
  std::size_t others = 0;
  for (const SyncResult& result : results) {
    if (!result.error || &*result.error == failed) continue;
    ++others;
    session.warn(result.error->message());
  }
  if (others == 0) throw Error(*failed);
  fail(failed->kind(), "{} images failed: {}", others + 1, failed->message());
}

}  // namespace

void declare_sync(CLI::App& app, Session& session) {
  explain(
      app,
      "Copies all images of SOURCE to DESTINATION, many at a time, and leaves alone what is there "
      "already: of an image that has not changed, digests are compared and nothing is read. "
      "SOURCE is a repository (--src docker; all its tags, unless it has one), a directory of "
      "directories as --dest dir makes them (--src dir), an OCI layout (--src oci), or a file that "
      "lists what is wanted of registries in skopeo's form (--src yaml): images with tags and "
      "digests, images-by-tag-regex, images-by-semver, credentials, tls-verify and cert-dir.\n\n"
      "An image keeps its tag and the last part of its name, below DESTINATION; its whole name "
      "with --scoped, in which a registry's port then follows an underscore (host_5000/name) if "
      "DESTINATION is a registry. What refers to an image (signatures, attestations, SBOMs) goes "
      "with it.",
      "  lade sync --src docker --dest docker registry.example.com/busybox mirror.local/library\n"
      "  lade sync --src yaml --dest dir --scoped --keep-going wanted.yaml /media/usb\n"
      "  lade sync --src dir --dest docker --all /media/usb mirror.local");
  const auto flags = std::make_shared<SyncFlags>();
  flags->add_to(app);
  add_expansion_flags(app, session);
  session.network().add_registry_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
