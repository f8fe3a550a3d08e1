// lade build: flags to BuildOptions, the library, and what came out. The flags are those of
// `buildah build` and `docker build`.
#include "builder/build/build.h"

#include <unistd.h>

#include "cmd/admission.h"
#include "cmd/build_bench.h"
#include "cmd/build_contexts.h"
#include "cmd/build_flags.h"
#include "cmd/build_outputs.h"
#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/output/man.h"
#include "cmd/pushing.h"
#include "cmd/retry_flags.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// The last line of the log.
void tell(const builder::BuildOptions& options, const builder::BuildRecord& record) {
  std::uint64_t size_bytes = 0;
  for (const builder::LayerRef& layer : record.layers) size_bytes += layer.blob.size_bytes;
  std::string names;
  for (const Reference& tag : options.tags) names += (names.empty() ? "" : ", ") + tag.str();
  const std::string line =
      fmt::format("built {}: {} in {} layer{}, {} step{}, {} from the cache\n",
                  names.empty() ? "an image without a name" : names, human_size(size_bytes),
                  record.layers.size(), record.layers.size() == 1 ? "" : "s", record.steps,
                  record.steps == 1 ? "" : "s", record.cached_steps);
  std::fputs(line.c_str(), stderr);
}

void print_result(const BuildFlags& flags, const builder::BuildOptions& options,
                  const builder::BuildRecord& record, const Session& session) {
  if (!flags.iid_file.empty()) write_file_atomic(flags.iid_file, record.config.digest.str());
  if (!flags.metadata_file.empty()) {
    write_file_atomic(flags.metadata_file, to_pretty(metadata(options, record)) + "\n");
  }
  if (!flags.quiet && (flags.progress == "auto" || flags.progress == "plain")) {
    tell(options, record);
  }
  if (flags.writes_to_stdout()) return;
  session.print(record.config.digest.str() + "\n");
}

void run_build(BuildFlags& flags, Session& session) {
  session.heed_signals();
  // needs no store
  if (flags.check && !must_fetch_context(flags)) {
    return check_only(make_options(flags, session), session);
  }
  builder::ProvenanceFacts facts = flags.provenance.facts(session);
  BuildBench bench(flags, session);
  const builder::BuildWorld& world = bench.world();
  facts.started = world.now;
  facts.context_uri = bench.context_uri();
  const builder::BuildOptions options = make_options(flags, session);
  const std::vector<Reference> pushed = pushed_tags_of(flags);
  if (flags.check) return check_only(options, session);
  // a build that runs something is root of a user namespace afterwards, which must not show
  const bool is_root = ::geteuid() == 0;
  // until it is pushed
  const auto lease = world.store->lease();
  const builder::BuildRecord record = builder::build(options, world);
  facts.finished = session.now();
  const Descriptor result =
      attach_provenance(session, flags.provenance, options, record, facts, *lease);
  write_outputs(flags, record, is_root, session);
  push_result(session, record, result, pushed, *world.progress);
  if (record.base) {
    world.warn("the store does not keep the image: nothing needed the layers of its base here");
  }
  print_result(flags, options, record, session);
}

}  // namespace

void declare_build(CLI::App& app, Session& session) {
  auto flags = std::make_shared<BuildFlags>();
  explain(
      app,
      "Builds an image from a Containerfile into the store. Stages and steps that do not depend "
      "on each other run at the same time, stages that the target does not need do not run at "
      "all, and steps whose inputs are what they were come from the cache; no file time counts. "
      "With SOURCE_DATE_EPOCH or --timestamp, equal inputs give equal bytes. The image id is "
      "printed on stdout, progress on stderr: lively on a terminal, as a log in a pipe. A "
      "failing RUN ends the build with its own exit code.\n\n"
      "Images that FROM and --from name come from the store or, if it has none of that name, from "
      "registries, short names by registries.conf; --pull says otherwise. Each is looked for once "
      "in a build, and only if a stage that is built needs it. Names of other transports "
      "(docker-archive:, oci:, dir:…) are read from there. A base on which nothing is put but by "
      "COPY --link is not fetched if the image goes to registries alone (-t docker://… and no "
      "other name or output); the store does not keep the image then. A policy.json, if there is "
      "one, is asked about each image that is not in the store, a policy.toml about every image.",
      "  lade build -t app .\n"
      "  lade build -t docker://registry.example/team/app:1 .\n"
      "  lade build --pull --push -t registry.example/team/app:1 .\n"
      "  lade build -f docker/Containerfile --target test .\n"
      "  lade build -t app https://git.example/app.git#v1:docker\n"
      "  tar -c . | lade build -t app -\n"
      "  lade build --build-context src=https://example.org/src.tar.gz .\n"
      "  SOURCE_DATE_EPOCH=0 lade build -t app:1 --label version=1 .\n"
      "  lade build --secret id=token,src=token.txt -o type=oci,dest=app.tar .\n");
  add_build_flags(app, *flags);
  add_signature_policy(app, session);
  add_retry_flags(app, session);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([flags, &session] { run_build(*flags, session); });
}

}  // namespace lade::cmd
