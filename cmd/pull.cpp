// lade pull: names to images in the store. The flags are those of podman, buildah and docker.
#include "registry/pull/pull.h"

#include "cmd/admission.h"
#include "cmd/command.h"
#include "cmd/copy_names.h"
#include "cmd/copy_options.h"
#include "cmd/expansion_flags.h"
#include "cmd/image_finder.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "cmd/retry_flags.h"
#include "libimage/base/error.h"

namespace lade::cmd {
namespace {

struct PullFlags {
  std::vector<std::string> names;
  bool all_tags = false;
  bool quiet = false;
  std::string policy = "always";
  std::string multi_arch;
  std::string format;
  PlatformFlags platform;
};

/// An image of an archive, a layout or a directory, under the name that it has there.
registry::FoundImage open_elsewhere(Session& session, const std::string& text,
                                    const Platform& platform) {
  TransportContext context = session.transports();
  context.platform = platform;
  const ImageName from = parse_image_name(text);
  registry::FoundImage found{.source = open_source(from, context)};
  for (const std::string& name : names_to_keep(from, *found.source, "docker-archive", context)) {
    if (!found.name) found.name = Reference::parse_local(name).or_latest();
  }
  return found;
}

std::vector<registry::PullRequest> make_requests(Session& session, const PullFlags& flags,
                                                 registry::ImageFinder& finder,
                                                 const PlatformChoice& wanted) {
  std::vector<registry::PullRequest> requests;
  const auto add = [&](const std::string& text) {
    auto names = finder.resolve(text);
    requests.push_back({text, [&finder, &wanted, candidates = std::move(names)] {
                          return finder.find(candidates, wanted);
                        }});
  };
  for (const std::string& text : flags.names) {
    if (!is_for_finder(text)) {
      requests.push_back({text, [&session, &wanted, text] {
                            return open_elsewhere(session, text, wanted.wanted);
                          }});
    } else if (flags.all_tags) {
      for (const Reference& name : finder.list_tags(text)) add(name.str());
    } else {
      add(text);
    }
  }
  return requests;
}

Json record_of(const registry::PulledImage& image) {
  return {{"name", image.name ? Json(image.name->str()) : Json(nullptr)},
          {"requested", image.text},
          {"id", image.id->str()},
          {"digest", image.target->digest.str()},
          {"mediaType", image.target->media_type},
          {"blobsCopied", image.blobs_copied},
          {"bytesCopied", image.bytes_copied}};
}

/// What came is told, whatever did not; the first failure is the program's.
void tell(Session& session, const PullFlags& flags,
          const std::vector<registry::PulledImage>& images) {
  Listing listing{.kind = "images", .default_format = "{{.id}}"};
  const Error* failure = nullptr;
  for (const registry::PulledImage& image : images) {
    if (!image.error) {
      for (const std::string& note : image.notes) session.warn(note);
      listing.rows.push_back(record_of(image));
      if (flags.format.empty()) session.print(image.id->hex() + "\n");
    } else if (failure == nullptr) {
      failure = &*image.error;
    } else {
      session.warn(image.error->message());
    }
  }
  if (!flags.format.empty()) session.print(format_listing(listing, flags.format));
  if (failure != nullptr) throw Error(*failure);
}

void run(Session& session, const PullFlags& flags) {
  session.set_quiet(flags.quiet);
  session.heed_signals();
  const PlatformChoice wanted = parse_platform_choice(flags.multi_arch, flags.platform.wanted());
  auto finder =
      make_image_finder(session, session.network(), parse_policy(flags.policy, "--policy"));
  const auto requests = make_requests(session, flags, finder, wanted);
  registry::PullOptions options;
  options.copy.platforms = wanted;
  options.copy.memory = session.store().get();
  options.copy.expansion = session.expansion();
  options.copy.admission = session.admission();
  tell(session, flags, registry::pull(requests, session.store(), options, session.progress()));
}

}  // namespace

void declare_pull(CLI::App& app, Session& session) {
  explain(
      app,
      "Brings images from registries into the store and prints their ids. NAME is a full name, or "
      "a short one, which registries.conf gives a registry: by an alias, or by the registries to "
      "search; on a terminal you are asked which of several is meant, and that is remembered. "
      "Images of other transports (docker-archive:, oci:, dir:…) come in by the names they have "
      "there. Several names are pulled at a time, and what they share is fetched once.\n\n"
      "Of a multi-platform image the one for this machine is fetched, or what --platform or "
      "--multi-arch say; its name stands for the whole index, so the digest is the registry's.\n\n"
      "A policy.json or policy.toml, if there is one, says what may be pulled, also of what the "
      "store "
      "has already; lade policy explain docker://NAME tells what it says.",
      "  lade pull debian:12\n"
      "  lade pull quay.io/podman/stable registry.example/team/app@sha256:…\n"
      "  lade pull --platform linux/arm64 debian:12\n"
      "  lade pull --policy missing --format json debian:12\n"
      "  lade pull --all-tags registry.example/team/app");
  const auto flags = std::make_shared<PullFlags>();
  app.add_option("NAME", flags->names, "What to pull")->required();
  app.add_flag("-a,--all-tags", flags->all_tags, "All tags of the repository");
  app.add_flag("-q,--quiet", flags->quiet, "Show no progress");
  app.add_option("--policy", flags->policy, "Whether to ask the registry for what the store has")
      ->type_name("always|missing|newer|never")
      ->capture_default_str();
  app.add_option("--multi-arch", flags->multi_arch,
                 "system, all, index-only, or platforms with commas between them")
      ->type_name("WHICH");
  app.add_option("--format", flags->format, "What to print of it: json, or a Go template")
      ->type_name("FORMAT");
  flags->platform.add_to(app);
  add_signature_policy(app, session);
  add_retry_flags(app, session);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
