// RUN: the layers below become an overlay's lower directories, the process runs on top, and what
// the upper directory then holds is the layer. The upper directory stays as the snapshot of the new
// chain, so that the next RUN need not unpack anything.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/exec/output_lines.h"
#include "builder/exec/run_mounts.h"
#include "builder/exec/step.h"
#include "builder/exec/step_failed.h"
#include "builder/snapshot/snapshots.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/layer/diff.h"
#include "libimage/layer/layer_path.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

class RunStep final : public Step {
 public:
  RunStep(Workshop& workshop, const RunOp& op, const StepInput& base,
          std::map<NodeId, StepInput> inputs)
      : workshop_(workshop), op_(op), base_(base), inputs_(std::move(inputs)) {}

  std::string key() override {
    if (op_.insecure && !workshop_.run.allow_insecure) {
      fail(ErrorKind::denied, "RUN --security=insecure must be granted: --allow security.insecure");
    }
    Hasher hasher;
    const auto text = [&](std::string_view value) {
      hasher.update(fmt::format("{}:", value.size()));
      hasher.update(value);
    };
    text(chain_key(base_.layers));
    for (const auto* list : {&op_.argv, &op_.env}) {
      text(std::to_string(list->size()));
      for (const std::string& item : *list) text(item);
    }
    text(op_.working_dir);
    text(op_.user);
    text(op_.platform);
    text(settings_key());
    for (const InlineFile& script : op_.scripts) {
      text(script.name);
      text(script.content);
    }
    text(mounts_key(workshop_, op_, inputs_));
    text(workshop_.layer_type);
    text(workshop_.epoch ? to_rfc3339(*workshop_.epoch) : "-");
    return fmt::format("run 1 {}", hasher.finish().str());
  }

  std::vector<LayerRef> execute(ProgressTask& progress) override {
    Snapshots::Scratch scratch = workshop_.snapshots->make_scratch();
    const MergedTree below = workshop_.tree(base_.layers);
    std::vector<std::string> lowers = workshop_.snapshots->lower_directories(base_.layers);
    if (lowers.empty()) {
      lowers.push_back(scratch.directory.path() + "/empty");
      make_directories(lowers.back());
    }
    make_working_dir(below, scratch.upper());
    workshop_.snapshots->copy_up_root(scratch, below.find("")->entry);
    run(std::move(lowers), scratch, progress);
    return commit(std::move(scratch), below);
  }

 private:
  Network network() const { return op_.network ? workshop_.run.network : Network::none; }
  CapabilitySet capabilities() const {
    return op_.insecure ? parse_capability("ALL") : workshop_.run.capabilities;
  }

  /// What of the build's settings a command can see in its result.
  std::string settings_key() const {
    const RunSettings& settings = workshop_.run;
    std::string key = fmt::format("{} {} {:x} {}", static_cast<int>(network()), op_.insecure,
                                  capabilities(), settings.shm_size_bytes);
    for (const HostEntry& host : settings.hosts) {
      key += fmt::format(" host {} {}", host.address, host.name);
    }
    for (const ResourceLimit& limit : settings.limits) {
      key += fmt::format(" limit {} {} {}", limit.resource, limit.soft, limit.hard);
    }
    return key;
  }

  void run(std::vector<std::string> lowers, const Snapshots::Scratch& scratch,
           ProgressTask& progress) {
    PreparedMounts prepared = prepare_mounts(workshop_, op_, inputs_);
    for (const InlineFile& script : op_.scripts) {
      prepared.mounts.emplace_back(ContentMount{script.content, script.name, {0, 0, 0755}, true});
    }
    RunSpec spec;
    spec.argv = op_.argv;
    spec.env = op_.env;
    spec.env.insert(spec.env.end(), op_.proxy_env.begin(), op_.proxy_env.end());
    spec.env.insert(spec.env.end(), prepared.env.begin(), prepared.env.end());
    spec.cwd = op_.working_dir;
    const ResolvedUser user = find_user(workshop_, base_.layers, op_.user);
    spec.user = {user.uid, user.gid, user.supplementary};
    if (!find_env(spec.env, "HOME")) spec.env.push_back("HOME=" + user.home);
    spec.root.overlay = {std::move(lowers), scratch.upper(), scratch.work()};
    spec.mounts = std::move(prepared.mounts);
    const RunSettings& settings = workshop_.run;
    spec.network = network();
    spec.hosts = settings.hosts;
    spec.dns = settings.dns;
    spec.shm_size_bytes = settings.shm_size_bytes;
    spec.capabilities = capabilities();
    spec.seccomp = op_.insecure ? Seccomp{Unconfined{}} : settings.seccomp;
    spec.limits = settings.limits;
    RunHooks hooks;
    OutputLines lines(progress);
    hooks.output = [&](OutputStream stream, std::string_view text) { lines.add(stream, text); };
    hooks.warning = settings.warning;
    hooks.cancel = &workshop_.stop;
    const ExitStatus status = workshop_.runner->run(spec, hooks);
    lines.finish();
    if (status.signal != 0) {
      throw StepFailed(fmt::format("the command was killed by signal {}", status.signal),
                       status.code);
    }
    if (status.code != 0) {
      throw StepFailed(fmt::format("the command ended with exit code {}", status.code),
                       status.code);
    }
  }

  std::vector<LayerRef> commit(Snapshots::Scratch scratch, const MergedTree& below) {
    DiffOptions options;
    options.clamp_mtime = workshop_.epoch;
    options.with_root = true;
    options.keep_owners_below = workshop_.snapshots->ownership() == ApplyOptions::Ownership::record;
    const Rootfs upper(scratch.upper());
    const auto layer = write_layer(
        workshop_, [&](LayerWriter& writer) { diff_overlay(upper, below, options, writer); });
    if (!layer) return {};
    std::vector<LayerRef> chain = base_.layers;
    chain.push_back(*layer);
    if (workshop_.epoch) settle_times(upper, *layer);
    workshop_.snapshots->adopt(std::move(scratch), chain);
    return {*layer};
  }

  /// The times on disk become those of the layer: the next step must see what it would see had the
  /// layer been unpacked.
  void settle_times(const Rootfs& upper, const LayerRef& layer) const {
    const auto toc = workshop_.store->toc(layer.blob, layer.diff_id);
    for (std::size_t i = 0; i < toc->size(); ++i) {
      const TocEntry entry = toc->at(i);
      if (entry.whiteout || entry.implied) continue;
      const struct timespec time { entry.mtime.seconds, entry.mtime.nanoseconds };
      const struct timespec times[2] = {time, time};
      if (entry.path.empty()) {
        if (::utimensat(upper.fd(), ".", times, 0) != 0) fail_errno("cannot set the time of /");
        continue;
      }
      const Fd parent = upper.open_parent(entry.path);
      const std::string name(base_name(entry.path));
      if (::utimensat(parent.get(), name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0 &&
          errno != ENOENT) {
        fail_errno("cannot set the time of {}", entry.path);
      }
    }
  }

  /// Images may name a working directory that they do not have; containers get it made. Parents
  /// that exist below are repeated in the upper directory as they are.
  void make_working_dir(const MergedTree& below, const std::string& upper) const {
    const std::string path = below.resolve(normalize_layer_path(op_.working_dir));
    if (path.empty() || below.find(path)) return;
    std::string done;
    for (const std::string& part : split(path, '/')) {
      done = done.empty() ? part : done + "/" + part;
      const std::string place = upper + "/" + done;
      const auto there = below.find(done);
      const unsigned mode = there ? there->entry.mode : 0755;
      if (::mkdir(place.c_str(), mode) != 0 && errno != EEXIST) {
        fail_errno("cannot make the working directory {}", op_.working_dir);
      }
      if (::chmod(place.c_str(), mode) != 0) fail_errno("cannot set the mode of {}", place);
      if (!there) continue;
      const struct timespec time { there->entry.mtime.seconds, there->entry.mtime.nanoseconds };
      const struct timespec times[2] = {time, time};
      const bool owned = ::lchown(place.c_str(), there->entry.uid, there->entry.gid) == 0;
      if (!owned && errno != EINVAL && errno != EPERM) fail_errno("cannot set owner of {}", place);
      if (::chmod(place.c_str(), mode) != 0) fail_errno("cannot set the mode of {}", place);
      ::utimensat(AT_FDCWD, place.c_str(), times, 0);
    }
  }

  Workshop& workshop_;
  const RunOp& op_;
  StepInput base_;
  std::map<NodeId, StepInput> inputs_;
};

}  // namespace

std::unique_ptr<Step> make_run_step(Workshop& workshop, const RunOp& op, const StepInput& base,
                                    const std::map<NodeId, StepInput>& inputs) {
  return std::make_unique<RunStep>(workshop, op, base, inputs);
}

}  // namespace lade::builder
