#include "builder/build/build.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>

#include "builder/build/base_images.h"
#include "builder/build/commit.h"
#include "builder/containerfile/check.h"
#include "builder/containerfile/containerfile.h"
#include "builder/sandbox/mounts.h"
#include "builder/sandbox/native_runner.h"
#include "builder/sandbox/userns.h"
#include "builder/snapshot/snapshots.h"
#include "builder/solve/solver.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"

namespace lade::builder {
namespace {

namespace cf = lade::containerfile;

bool lies_on_overlay(const std::string& directory) {
  struct statfs status {};
  if (::statfs(directory.c_str(), &status) != 0) fail_errno("cannot look at {}", directory);
  return status.f_type == OVERLAYFS_SUPER_MAGIC;
}

/// A tmpfs on a directory that it takes over, in a mount namespace of this process.
class MemoryPlace {
 public:
  explicit MemoryPlace(std::string directory) : directory_(TempDir::adopt(std::move(directory))) {
    unshare_mounts();
    attach(make_tmpfs(0, 0755), path());
  }
  MemoryPlace(const MemoryPlace&) = delete;
  MemoryPlace& operator=(const MemoryPlace&) = delete;
  ~MemoryPlace() {
    try {
      detach(path());
    } catch (const Error&) {  // it goes with the namespace, the directory with the next prune
      directory_.release();
    }
  }
  const std::string& path() const { return directory_.path(); }

 private:
  TempDir directory_;
};

/// One build from text to name; its members live as long as it does.
class Build {
 public:
  Build(const BuildOptions& options, const BuildWorld& world)
      : options_(options),
        world_(world),
        lease_(world.store->lease()),
        images_(world.store, *lease_, *world.images, *world.progress) {
    prepare_workshop();
  }

  BuildRecord run() {
    const cf::Containerfile file =
        cf::parse_containerfile(options_.containerfile_name, options_.containerfile);
    const Plan plan = lower(file, lower_options());
    lint(file, plan);
    const std::vector<NodeResult> results = carry_out(plan);
    BuildRecord record = commit(plan, results, options_, workshop_);
    for (std::size_t id = 0; id < results.size(); ++id) {
      const Op& op = plan.graph.nodes[id].op;
      if (std::holds_alternative<ScratchOp>(op) || std::holds_alternative<ImageOp>(op)) continue;
      ++record.steps;
      if (results[id].cached) ++record.cached_steps;
    }
    if (leaves_base()) record.base = find_base(plan, record);
    record.materials = world_.materials->list();
    if (!record.base) name(record);
    return record;
  }

 private:
  /// Squashing reads all layers.
  bool leaves_base() const {
    return options_.leave_base && options_.squash == BuildOptions::Squash::none;
  }

  /// Where the layers are that the store lacks.
  std::shared_ptr<ImageSource> find_base(const Plan& plan, const BuildRecord& record) const {
    const bool whole = std::all_of(
        record.layers.begin(), record.layers.end(),
        [this](const LayerRef& layer) { return world_.store->has_blob(layer.blob.digest); });
    if (whole) return nullptr;
    NodeId id = plan.result;
    while (plan.graph.nodes[id].base) id = *plan.graph.nodes[id].base;
    return images_.source(std::get<ImageOp>(plan.graph.nodes[id].op));
  }

  /// What was hashed of the contexts is remembered also if a step fails.
  std::vector<NodeResult> carry_out(const Plan& plan) {
    try {
      auto results =
          solve(plan.graph, plan.result, workshop_,
                {options_.jobs, [this] { make_runner(); }, !leaves_base()}, *world_.progress);
      save_contexts();
      return results;
    } catch (const Error&) {
      save_contexts();
      throw;
    }
  }

  void save_contexts() const {
    for (const auto& [name, context] : workshop_.contexts) {
      try {
        context->save();
      } catch (const Error& error) {
        world_.warn(
            fmt::format("the digests of the build context are not kept: {}", error.message()));
      }
    }
  }

  void prepare_workshop() {
    workshop_.store = world_.store;
    workshop_.lease = lease_.get();
    workshop_.has_image = [this](const ImageOp& image) { return images_.is_here(image); };
    workshop_.bring_image = [this](const ImageOp& image) { images_.bring(image); };
    workshop_.urls = world_.urls;
    workshop_.repositories = world_.repositories;
    workshop_.secrets = options_.secrets;
    workshop_.environment = world_.environment;
    workshop_.ssh_socket = options_.ssh_socket;
    workshop_.run = options_.run;
    if (options_.run.cancel != nullptr) workshop_.stop.follow(*options_.run.cancel);
    workshop_.run.warning = [this](std::string_view text) { world_.warn(std::string(text)); };
    workshop_.encoding.compression = options_.compression;
    workshop_.encoding.level = options_.compression_level;
    workshop_.encoding.threads = options_.jobs;
    workshop_.layer_type =
        media_type::layer_type(options_.format == ImageFormat::docker, options_.compression);
    workshop_.now = world_.now;
    workshop_.materials = world_.materials;
    workshop_.epoch = options_.epoch;
    if (!options_.context_directory.empty()) {
      add_context("", options_.context_directory, read_ignore_rules());
    }
    for (const auto& [name, place] : options_.named_contexts) {
      if (place.find("://") == std::string::npos) add_context(name, place, {});
    }
  }

  cf::IgnoreRules read_ignore_rules() const {
    try {
      return cf::IgnoreRules::parse(options_.ignore_file);
    } catch (Error& error) {
      error.add_context(options_.ignore_file_name);
      throw;
    }
  }

  void add_context(const std::string& name, const std::string& directory, cf::IgnoreRules ignore) {
    const std::string caches = join_path(world_.store->root(), "contexts");
    make_directories(caches, 0700);
    ContextTree::Options tree;
    tree.directory = directory;
    tree.ignore = std::move(ignore);
    tree.ignore_name = options_.ignore_file_name;
    // what was fetched for this build alone is not met again
    const bool lasts = !directory.starts_with(join_path(world_.store->root(), "tmp/"));
    if (lasts) tree.cache_file = join_path(caches, digest_of(directory).hex().substr(0, 32));
    tree.now = world_.now;
    tree.threads = options_.jobs;
    workshop_.contexts.emplace(name, std::make_unique<ContextTree>(std::move(tree)));
  }

  LowerOptions lower_options() {
    LowerOptions lowering;
    lowering.file_name = options_.containerfile_name;
    lowering.target = options_.target;
    lowering.build_args = options_.build_args;
    lowering.build_platform = host_platform();
    lowering.target_platform = options_.platform;
    lowering.named_contexts = options_.named_contexts;
    lowering.epoch = options_.epoch;
    lowering.no_cache = options_.no_cache;
    lowering.inherit_labels = options_.inherit_labels;
    lowering.find_image = [this](const std::string& name, const Platform& platform) {
      return images_.find(name, platform);
    };
    return lowering;
  }

  void lint(const cf::Containerfile& file, const Plan& plan) const {
    cf::CheckOptions checks;
    for (const auto& [name, value] : options_.build_args) checks.build_args[name] = value;
    checks.target_platform = options_.platform.str();
    checks.image_environment = [&plan](const std::string& image) -> std::optional<cf::Variables> {
      const auto wanted = Reference::try_parse(image);
      for (const BaseImage& base : plan.images) {
        const auto found = Reference::try_parse(base.name);
        if (base.name != image && (!wanted || !found || found->path() != wanted->path())) continue;
        cf::Variables variables;
        for (const std::string& line : base.config.config.env) {
          variables[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
        }
        return variables;
      }
      return std::nullopt;
    };
    const cf::CheckReport report = cf::check(file, checks);
    for (const cf::Finding& finding : report.findings) {
      world_.warn(fmt::format("{}:{}: {} ({})", options_.containerfile_name, finding.line,
                              finding.message, finding.rule));
    }
    if (report.fails) {
      fail(ErrorKind::invalid, "{}: the checks found something, and \"# check=error=true\" is set",
           options_.containerfile_name);
    }
  }

  /// Now, and only now, processes must run: enters the user namespace they need.
  void make_runner() {
    const IdMapping ids = enter_user_namespace();
    if (!ids.warning.empty()) world_.warn(ids.warning);
    Snapshots::Options snapshots;
    snapshots.store = world_.store;
    snapshots.lease = lease_.get();
    snapshots.ownership = ids.kind == IdMapping::Kind::single ? ApplyOptions::Ownership::record
                                                              : ApplyOptions::Ownership::set;
    snapshots.make_devices = ids.kind == IdMapping::Kind::none;
    snapshots.threads = options_.jobs;
    if (lies_on_overlay(world_.store->root())) snapshots.directory = make_memory_place();
    snapshots.boot_id = world_.boot_id;
    snapshots_.emplace(std::move(snapshots));
    runner_.emplace(ids);
    workshop_.snapshots = &*snapshots_;
    workshop_.runner = &*runner_;
  }

  /// An overlay cannot have its upper directory on another (the store of a build inside of a
  /// container): what processes work on is then in memory, seen by this process alone.
  std::string make_memory_place() {
    world_.warn(fmt::format(
        "the store {} lies on overlayfs, which RUN cannot work on: files of RUN are kept in memory "
        "for this build. Set LADE_ROOT to a directory on another file system (a volume)",
        world_.store->root()));
    return memory_.emplace(world_.store->make_work_dir("memory")).path();
  }

  void name(const BuildRecord& record) {
    Descriptor target = record.manifest.descriptor();
    if (options_.tags.empty()) world_.store->keep_unnamed(target);
    for (const Reference& tag : options_.tags) {
      const auto former = world_.store->set_name(tag, target);
      if (former && former->digest != target.digest) keep(*former);
    }
  }

  /// An image that lost its last name is still somebody's, until it is pruned.
  void keep(const Descriptor& image) {
    const std::vector<NamedImage> names = world_.store->list_names();
    const bool named = std::any_of(names.begin(), names.end(), [&](const NamedImage& other) {
      return other.target.digest == image.digest;
    });
    if (!named) world_.store->keep_unnamed(image);
  }

  const BuildOptions& options_;
  const BuildWorld& world_;
  std::unique_ptr<Lease> lease_;
  BaseImages images_;
  Workshop workshop_;
  std::optional<MemoryPlace> memory_;
  std::optional<Snapshots> snapshots_;
  std::optional<NativeRunner> runner_;
};

}  // namespace

BuildRecord build(const BuildOptions& options, const BuildWorld& world) {
  return Build(options, world).run();
}

}  // namespace lade::builder
