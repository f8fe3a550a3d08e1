// lade reproduce: the provenance of an image to flags of a build, the build, and what differs.
#include "builder/build/build.h"
#include "builder/build/provenance.h"
#include "cmd/build_bench.h"
#include "cmd/command.h"
#include "cmd/image_layers.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "cmd/recorded_build.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/image/image.h"
#include "libimage/layer/tree_diff.h"
#include "libimage/oci/hasher.h"
#include "signing/image/attached_statement.h"

namespace lade::cmd {
namespace {

struct ReproduceFlags {
  std::string image;
  BuildFlags build;
  bool cached = false;
  std::string format;
};

/// Resolves what the record names to what it was then, whatever its name stands for now.
class PinnedImages final : public ImageResolver {
 public:
  PinnedImages(ImageResolver& inner, const std::map<std::string, std::string>& digests)
      : inner_(inner), digests_(digests) {}

  std::unique_ptr<ImageSource> open(const std::string& name, const Platform& platform) override {
    auto source = inner_.open(name, platform);
    for (const auto& [recorded, digest] : digests_) {
      if (!source->name().ends_with(recorded) || source->find_top().digest.str() == digest)
        continue;
      return open_then(recorded, digest, platform);
    }
    return source;
  }

 private:
  std::unique_ptr<ImageSource> open_then(const std::string& name, const std::string& digest,
                                         const Platform& platform) {
    try {
      const Reference reference = Reference::parse(name);
      return inner_.open(fmt::format("{}@{}", reference.name(), digest), platform);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
      // it may have lost its name since
      return inner_.open("store:" + digest, platform);
    }
  }

  ImageResolver& inner_;
  const std::map<std::string, std::string>& digests_;
};

RecordedBuild find_record(ImageSource& source, const Image& image) {
  std::vector<std::string> notes;
  for (const auto& attached :
       signing::read_statements(source, image.raw.digest, image.index, notes)) {
    if (attached.statement.predicate_type != builder::provenance_type) continue;
    return parse_recorded_build(attached.statement.predicate);
  }
  fail(ErrorKind::not_found, "{} has no provenance{}", source.name(),
       notes.empty() ? "" : fmt::format(" that can be read ({})", notes.front()));
}

void require_containerfile(const builder::BuildOptions& options, const RecordedBuild& recorded) {
  const std::string got = digest_of(options.containerfile).hex();
  if (got == recorded.containerfile_digest) return;
  fail(ErrorKind::conflict, "{} is not what the image was built from: wanted sha256:{}, got {}",
       options.containerfile_name, recorded.containerfile_digest, got);
}

/// Inputs that were other ones then.
std::vector<std::string> other_inputs(const RecordedBuild& recorded,
                                      const std::vector<builder::Material>& now) {
  std::vector<std::string> lines;
  for (const builder::Material& material : now) {
    const std::string& name = material.uri.empty() ? material.name : material.uri;
    const auto then = recorded.materials.find(name);
    for (const auto& [algorithm, hex] : material.digests) {
      const std::string digest = algorithm + ":" + hex;
      if (then != recorded.materials.end() && then->second == digest) continue;
      lines.push_back(fmt::format("{}: {} then, {} now", name,
                                  then == recorded.materials.end() ? "not used" : then->second,
                                  digest));
    }
  }
  return lines;
}

Json difference_record(const TreeDifference& difference) {
  Json record = Json::object();
  record["path"] = "/" + difference.path;
  record["kind"] = to_string(difference.kind);
  if (!difference.facts.empty()) record["facts"] = difference.facts;
  return record;
}

void print(Session& session, const ReproduceFlags& flags, const Json& record) {
  if (!flags.format.empty()) return session.print(format_record(record, flags.format));
  if (record["identical"].get<bool>()) {
    return session.print(fmt::format("identical: {}\n", record["digest"].get<std::string>()));
  }
  std::string text = fmt::format("different: {}, rebuilt {}\n", record["digest"].get<std::string>(),
                                 record["rebuilt"].get<std::string>());
  for (const Json& input : record["inputs"]) {
    text += fmt::format("  input {}\n", printable(input.get<std::string>()));
  }
  for (const Json& file : record["files"]) {
    text += fmt::format("  {} {}", file["kind"].get<std::string>(),
                        printable(file["path"].get<std::string>()));
    if (file.contains("facts")) {
      text += ": " + printable(join(file["facts"].get<std::vector<std::string>>(), ", "));
    }
    text += "\n";
  }
  if (record["files"].empty()) text += "  all files are the same; times or metadata differ\n";
  session.print(text);
}

void run(Session& session, ReproduceFlags& flags) {
  session.heed_signals();
  const auto source = session.open_image(flags.image);
  const Platform platform = flags.build.platform.empty()
                                ? host_platform()
                                : Platform::parse(flags.build.platform, host_platform());
  const Image image = read_image(*source, platform);
  // what it says it was built by is run
  if (Admission* admission = session.admission()) admission->admit(*source, image.raw);
  const RecordedBuild recorded = find_record(*source, image);
  set_as_recorded(flags.build, recorded);
  flags.build.no_cache = !flags.cached;
  // a base that is found by its digest has no other name
  constexpr const char* base_name_key = "org.opencontainers.image.base.name";
  if (const auto base = image.manifest.annotations.find(base_name_key);
      base != image.manifest.annotations.end()) {
    flags.build.annotations.push_back(fmt::format("{}={}", base_name_key, base->second));
  }
  const TempDir text = TempDir::adopt(session.store()->make_work_dir("reproduce"));
  if (flags.build.file.empty()) {
    if (recorded.containerfile) {
      flags.build.file = text.path() + "/Containerfile";
      write_file_atomic(flags.build.file, *recorded.containerfile);
    } else if (recorded.context_uri.empty()) {
      flags.build.file = join_path(flags.build.context, recorded.containerfile_path);
    } else {
      flags.build.file = recorded.containerfile_path;
    }
  }
  BuildBench bench(flags.build, session);
  PinnedImages pinned(bench.images(), recorded.images);
  bench.use_images(pinned);
  const builder::BuildOptions options = make_options(flags.build, session);
  require_containerfile(options, recorded);
  const std::vector<Descriptor> kept = session.store()->list_unnamed();
  const builder::BuildRecord rebuilt = builder::build(options, bench.world());
  Json record = Json::object();
  record["schemaVersion"] = 1;
  record["image"] = source->name();
  record["digest"] = image.raw.digest.str();
  record["rebuilt"] = rebuilt.manifest.digest.str();
  record["identical"] = rebuilt.manifest.digest == image.raw.digest;
  record["inputs"] = other_inputs(recorded, rebuilt.materials);
  record["files"] = Json::array();
  if (!record["identical"].get<bool>()) {
    session.exit_code = 1;
    const ImageLayers before(session, source->name(), platform);
    const ImageLayers after(session, "store:" + rebuilt.manifest.digest.str(), platform);
    // without an epoch every file that is made has the time of its build
    for (const TreeDifference& difference :
         compare_trees(before.tree(), after.tree(), {.times = options.epoch.has_value()})) {
      record["files"].push_back(difference_record(difference));
    }
  }
  // what was there without a name before stays
  if (std::none_of(kept.begin(), kept.end(),
                   [&](const Descriptor& one) { return one.digest == rebuilt.manifest.digest; })) {
    session.store()->drop_unnamed(rebuilt.manifest.digest);
  }
  print(session, flags, record);
}

}  // namespace

void declare_reproduce(CLI::App& app, Session& session) {
  explain(app,
          "Builds an image again from what its provenance records (base images by digest, commits, "
          "parameters) and says whether the result is identical, byte for byte, or what differs, "
          "input by input and file by file. The exit code is 0 if it is identical and 1 if not. "
          "What the record only names (values of build arguments in mode min, secrets, a local "
          "context) is given again by flags as of build.",
          "  lade reproduce app:1\n"
          "  lade reproduce --context src --build-arg VERSION=1 docker://registry.example/app:1\n");
  const auto flags = std::make_shared<ReproduceFlags>();
  flags->build.context.clear();
  flags->build.progress = "none";
  app.add_option("image", flags->image, "What to build again")->required()->type_name("IMAGE");
  app.add_option("--context", flags->build.context,
                 "The build context (default: where it came from, or this directory)")
      ->type_name("CONTEXT");
  app.add_option("--file", flags->build.file, "The Containerfile")->type_name("FILE");
  app.add_option("--platform", flags->build.platform, "Which image of an index")
      ->type_name("OS/ARCH");
  const auto many = [&](const char* name, std::vector<std::string>& values, const char* help) {
    app.add_option(name, values, help)->allow_extra_args(false);
  };
  many("--build-arg", flags->build.build_args, "Value of an ARG");
  many("--build-context", flags->build.build_contexts, "Another context");
  many("--secret", flags->build.secrets, "A secret for RUN --mount=type=secret");
  app.add_flag("--cached", flags->cached, "Let steps come from the cache");
  app.add_option("--progress", flags->build.progress, "How to tell what happens")
      ->check(CLI::IsMember({"auto", "tty", "plain", "json", "none"}));
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  session.network().add_to(app);
  app.callback([flags, &session] { run(session, *flags); });
}

}  // namespace lade::cmd
