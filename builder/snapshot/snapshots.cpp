// A snapshot is `snapshots/<chain id>/`, holding `fs` (the layer's files, whiteouts in overlayfs's
// form) and `info` (version and boot id). It comes into being by a rename, so it is whole or not
// there. The chain id names it rather than the diff id because directories that a layer only
// implies take owner and mode from the layers below.
#include "builder/snapshot/snapshots.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/file_lock.h"
#include "libimage/base/json.h"
#include "libimage/base/task_group.h"
#include "libimage/layer/apply_metadata.h"
#include "libimage/layer/rootfs.h"
#include "libimage/oci/config.h"

namespace lade::builder {
namespace {

constexpr int info_version = 1;
constexpr std::size_t info_limit_bytes = 4096;

}  // namespace

Snapshots::Snapshots(Options options) : options_(std::move(options)) {}

std::string Snapshots::directory_of(const Digest& chain) const {
  // one id alone mapped: the same layer looks different on disk
  const bool single = options_.ownership == ApplyOptions::Ownership::record;
  const std::string& given = options_.directory;
  return fmt::format("{}/{}{}", given.empty() ? options_.store->root() + "/snapshots" : given,
                     chain.hex(), single ? ".single" : "");
}

bool Snapshots::is_trusted(const std::string& directory) const {
  try {
    const auto text = find_file(directory + "/info", info_limit_bytes);
    if (!text) return false;
    const Json info = parse_json(*text, directory);
    return get_int(info, "version", directory) == info_version &&
           get_string(info, "boot", directory) == options_.boot_id;
  } catch (const Error&) {
    return false;
  }
}

Snapshots::Scratch Snapshots::make_scratch() {
  Scratch scratch{options_.directory.empty() ? TempDir::adopt(options_.store->make_work_dir("run"))
                                             : TempDir(options_.directory, "run")};
  make_directories(scratch.upper(), 0755);
  // whatever the caller's umask: processes of other ids must get through
  if (::chmod(scratch.upper().c_str(), 0755) != 0) {
    fail_errno("cannot set the mode of {}", scratch.upper());
  }
  make_directories(scratch.work(), 0700);
  return scratch;
}

void Snapshots::copy_up_root(const Scratch& scratch, const TocEntry& root) const {
  ApplyOptions apply;
  apply.ownership = options_.ownership;
  std::vector<std::string> warnings;
  const Fd upper = open_fd(scratch.upper(), O_RDONLY | O_DIRECTORY);
  MetadataWriter(apply, warnings).set_open(upper.get(), "/", metadata_of(root), false);
}

void Snapshots::publish(TempDir directory, const Digest& chain) {
  const Json info = {{"version", info_version}, {"boot", options_.boot_id}};
  write_file_atomic(directory.path() + "/info", to_compact(info), 0644);
  const std::string target = directory_of(chain);
  if (::rename(directory.path().c_str(), target.c_str()) == 0) {
    directory.release();
    return;
  }
  if (errno != EEXIST && errno != ENOTEMPTY) fail_errno("cannot put {} in place", target);
  // one process at a time takes away what is not trusted: else it might be another's new one
  const FileLock lock = FileLock::acquire(join_path(options_.store->root(), "locks/snapshots"),
                                          FileLock::Mode::exclusive);
  if (is_trusted(target)) return;  // somebody else was faster
  remove_tree(target);
  if (::rename(directory.path().c_str(), target.c_str()) != 0) {
    fail_errno("cannot put {} in place", target);
  }
  directory.release();
}

std::shared_ptr<std::mutex> Snapshots::turn(const Digest& chain) {
  return turns_.with([&](auto& turns) {
    auto& mutex = turns[chain];
    if (!mutex) mutex = std::make_shared<std::mutex>();
    return mutex;
  });
}

void Snapshots::unpack(const std::vector<LayerRef>& layers, std::size_t index,
                       const Digest& chain) {
  const auto mine = turn(chain);
  const std::lock_guard lock(*mine);
  if (is_trusted(directory_of(chain))) return;  // unpacked while this one waited
  const LayerRef& layer = layers[index];
  Scratch scratch = make_scratch();
  std::vector<std::shared_ptr<const Toc>> tocs;
  for (std::size_t i = 0; i < index; ++i) {
    tocs.push_back(options_.store->toc(layers[i].blob, layers[i].diff_id));
  }
  const MergedTree below(std::move(tocs));
  ApplyOptions apply;
  apply.whiteouts = ApplyOptions::Whiteouts::overlay;
  apply.ownership = options_.ownership;
  apply.devices = options_.make_devices ? ApplyOptions::Devices::make : ApplyOptions::Devices::skip;
  apply.below = &below;
  apply.open_below = [&](const TreeEntry& entry) {
    return options_.store->open_content(layers.at(entry.layer).blob, entry.entry);
  };
  const auto tar = options_.store->open_layer(layer.blob);
  const Rootfs root(scratch.upper());
  const ApplyReport report =
      apply_layer(*tar, root, apply, fmt::format("layer {}", layer.blob.digest.str()));
  if (options_.warn) {
    for (const std::string& warning : report.warnings) options_.warn(warning);
  }
  remove_tree(scratch.work());
  publish(std::move(scratch.directory), chain);
}

/// overlayfs does not ask whether the root of a layer is opaque: it merges all roots.
std::size_t Snapshots::lowest_shown(const std::vector<LayerRef>& layers) const {
  for (std::size_t i = layers.size(); i-- > 1;) {
    const auto root = options_.store->toc(layers[i].blob, layers[i].diff_id)->find("");
    if (root && root->opaque) return i;
  }
  return 0;
}

std::vector<std::string> Snapshots::lower_directories(const std::vector<LayerRef>& layers) {
  std::vector<Digest> diff_ids;
  std::vector<std::string> directories;
  const std::size_t lowest = lowest_shown(layers);
  TaskGroup group(options_.threads);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    diff_ids.push_back(layers[i].diff_id);
    if (i < lowest) continue;
    const Digest chain = chain_id(diff_ids);
    options_.lease->add_snapshot(chain);
    const std::string directory = directory_of(chain);
    directories.insert(directories.begin(), directory + "/fs");
    if (!is_trusted(directory)) {
      group.run([this, &layers, i, chain] { unpack(layers, i, chain); });
    }
  }
  group.wait();
  return directories;
}

void Snapshots::adopt(Scratch scratch, const std::vector<LayerRef>& layers) {
  std::vector<Digest> diff_ids;
  for (const LayerRef& layer : layers) diff_ids.push_back(layer.diff_id);
  const Digest chain = chain_id(diff_ids);
  options_.lease->add_snapshot(chain);
  remove_tree(scratch.work());
  publish(std::move(scratch.directory), chain);
}

}  // namespace lade::builder
