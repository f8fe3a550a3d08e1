#include "builder/exec/run_mounts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <set>
#include <thread>

#include "builder/exec/copy_plan.h"
#include "builder/exec/tree_files.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/layer/layer_path.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

constexpr std::uint64_t secret_limit_bytes = 500U << 10U;

/// A directory with this owner and mode, whatever the umask says; an id that is not mapped is left.
void make_owned_directory(const std::string& path, const Ownership& owner) {
  make_directories(path, 0700);
  if (::chown(path.c_str(), owner.uid, owner.gid) != 0 && errno != EINVAL) {
    fail_errno("cannot give the cache directory {} to {}:{}", path, owner.uid, owner.gid);
  }
  if (::chmod(path.c_str(), owner.mode) != 0) fail_errno("cannot set the mode of {}", path);
}

class Preparer {
 public:
  Preparer(Workshop& workshop, const std::map<NodeId, StepInput>& inputs)
      : workshop_(workshop), inputs_(inputs) {}

  PreparedMounts prepare(const std::vector<RunMount>& mounts) {
    lock_caches(mounts);
    for (const RunMount& mount : mounts) add(mount);
    return std::move(prepared_);
  }

 private:
  void add(const RunMount& mount) {
    switch (mount.type) {
      case RunMount::Type::bind:
        return add_bind(mount);
      case RunMount::Type::cache:
        return add_cache(mount);
      case RunMount::Type::tmpfs:
        prepared_.mounts.emplace_back(TmpfsMount{mount.target, mount.size_bytes});
        return;
      case RunMount::Type::secret:
        return add_secret(mount);
      case RunMount::Type::ssh:
        return add_ssh(mount);
    }
  }

  std::vector<std::string> layers_of(NodeId node) {
    std::vector<std::string> lowers =
        workshop_.snapshots->lower_directories(inputs_.at(node).layers);
    if (lowers.empty()) {
      prepared_.scratch.push_back(workshop_.snapshots->make_scratch());
      lowers.push_back(prepared_.scratch.back().upper());
    }
    return lowers;
  }

  /// Writes that a step makes to files that are not its own are thrown away after it.
  void discard_writes(OverlaySpec& overlay) {
    prepared_.scratch.push_back(workshop_.snapshots->make_scratch());
    overlay.upper = prepared_.scratch.back().upper();
    overlay.work = prepared_.scratch.back().work();
  }

  void add_bind(const RunMount& mount) {
    OverlayMount bound;
    bound.target = mount.target;
    bound.read_only = mount.read_only;
    bound.sub_path = mount.source;
    if (mount.from) {
      bound.overlay.lowers = layers_of(*mount.from);
    } else {
      ContextTree& context = workshop_.context(mount.context);
      const std::string source = normalize_layer_path(mount.source);
      if (context.has_ignored(source)) {
        bound.overlay.lowers = {filtered_copy(context, source)};
        bound.sub_path.clear();
      } else {
        bound.overlay.lowers = {context.directory()};
      }
    }
    if (!mount.read_only) discard_writes(bound.overlay);
    prepared_.mounts.emplace_back(std::move(bound));
  }

  /// A context with an ignore file: what it keeps out must not be seen, so what is left is copied.
  std::string filtered_copy(ContextTree& context, const std::string& source) {
    prepared_.directories.push_back(TempDir::adopt(workshop_.store->make_work_dir("context")));
    const std::string& directory = prepared_.directories.back().path();
    // not root's alone, as working directories are: the step may run as another user
    if (::chmod(directory.c_str(), 0755) != 0) fail_errno("cannot set the mode of {}", directory);
    write_items(copied_items(context, source, false), directory, ApplyOptions::Ownership::ignore,
                context.name());
    return directory;
  }

  /// What a cache starts from is part of what it is: other beginnings, another cache.
  std::string cache_directory(const RunMount& mount) const {
    std::string id = mount.id.empty() ? mount.target : mount.id;
    if (mount.from)
      id += fmt::format("\n{} {}", chain_key(inputs_.at(*mount.from).layers), mount.source);
    return join_path(workshop_.store->root(), "caches/" + digest_of(id).hex().substr(0, 32));
  }

  /// Every lock that is waited for is taken here, each once and all runs in the same order, so that
  /// no two wait for each other.
  void lock_caches(const std::vector<RunMount>& mounts) {
    std::set<std::string> locked;
    for (const RunMount& mount : mounts) {
      const bool is_cache = mount.type == RunMount::Type::cache;
      if (is_cache && mount.sharing == RunMount::Sharing::locked) {
        locked.insert(cache_directory(mount));
      }
    }
    if (!locked.empty()) make_directories(join_path(workshop_.store->root(), "caches"), 0700);
    for (const std::string& directory : locked) prepared_.locks.push_back(wait_for(directory));
  }

  FileLock wait_for(const std::string& directory) const {
    constexpr std::chrono::milliseconds pause(20);
    for (;;) {
      if (auto lock = FileLock::try_acquire(directory + ".lock", FileLock::Mode::exclusive)) {
        return *std::move(lock);
      }
      workshop_.require_going_on();
      std::this_thread::sleep_for(pause);
    }
  }

  void add_cache(const RunMount& mount) {
    const std::string base = cache_directory(mount);
    make_directories(join_path(workshop_.store->root(), "caches"), 0700);
    std::string directory = base;
    if (mount.sharing == RunMount::Sharing::exclusive) {
      for (int i = 1;; ++i) {
        if (auto lock = FileLock::try_acquire(directory + ".lock", FileLock::Mode::exclusive)) {
          prepared_.locks.push_back(*std::move(lock));
          break;
        }
        directory = fmt::format("{}.{}", base, i);
      }
    }
    mark_used(directory);
    const Ownership owner{mount.uid, mount.gid, mount.mode.value_or(0755)};
    if (!mount.from) {
      BindMount bind{directory + "/fs", "", mount.target, mount.read_only, true, owner};
      make_directories(directory, 0700);
      prepared_.mounts.emplace_back(std::move(bind));
      return;
    }
    if (workshop_.snapshots->is_in_memory()) {
      fill_cache(mount, directory, owner);
      prepared_.mounts.emplace_back(
          BindMount{directory + "/fs", "", mount.target, mount.read_only, true, owner});
      return;
    }
    // what the cache starts from stays below; what steps write is the cache's own
    if (!file_exists(directory + "/fs")) make_owned_directory(directory + "/fs", owner);
    make_directories(directory + "/work", 0700);
    OverlayMount over{{layers_of(*mount.from), directory + "/fs", directory + "/work"},
                      mount.source,
                      mount.target,
                      mount.read_only};
    prepared_.mounts.emplace_back(std::move(over));
  }

  /// What is held is not pruned; when it was used last is a reason to prune it or not.
  void mark_used(const std::string& directory) {
    const std::string mark = directory + ".used";
    prepared_.locks.push_back(FileLock::acquire(mark, FileLock::Mode::shared));
    if (::utimensat(AT_FDCWD, mark.c_str(), nullptr, 0) != 0) fail_errno("cannot touch {}", mark);
  }

  /// Copies what a cache starts from into it, once: what lies on an overlay cannot be the upper
  /// directory of another.
  void fill_cache(const RunMount& mount, const std::string& directory, const Ownership& owner) {
    make_directories(directory, 0700);
    const FileLock lock = wait_for(directory + "/filling");
    const std::string files = directory + "/fs";
    if (file_exists(directory + "/filled")) return;
    remove_tree(files);  // of a build that was stopped while it copied
    make_owned_directory(files, owner);
    const StepInput& from = inputs_.at(*mount.from);
    const auto tree = workshop_.files(from.name, from.layers);
    write_items(copied_items(*tree, normalize_layer_path(mount.source), true), files,
                workshop_.snapshots->ownership(), from.name);
    write_file_atomic(directory + "/filled", "");
  }

  std::optional<std::string> read_secret(const std::string& id) const {
    const auto found = workshop_.secrets.find(id);
    if (found == workshop_.secrets.end()) return std::nullopt;
    if (!found->second.variable.empty()) return workshop_.environment(found->second.variable);
    return read_file(found->second.file, secret_limit_bytes);
  }

  void add_secret(const RunMount& mount) {
    std::string id = mount.id.empty() ? std::string(base_name(mount.target)) : mount.id;
    const auto secret = read_secret(id);
    if (!secret) {
      if (!mount.required) return;
      fail(ErrorKind::not_found, "secret {} is required: give it with --secret id={},src=FILE", id,
           id);
    }
    if (!mount.env.empty()) {
      prepared_.env.push_back(mount.env + "=" + *secret);
      if (mount.target.empty()) return;
    }
    ContentMount content;
    content.content = *secret;
    content.target = mount.target.empty() ? "/run/secrets/" + id : mount.target;
    content.owner = {mount.uid, mount.gid, mount.mode.value_or(0400)};
    prepared_.mounts.emplace_back(std::move(content));
  }

  void add_ssh(const RunMount& mount) {
    if (workshop_.ssh_socket.empty()) {
      if (!mount.required) return;
      fail(ErrorKind::not_found, "an ssh agent is required: give it with --ssh default");
    }
    const std::string target = mount.target.empty() ? "/run/buildkit/ssh_agent.0" : mount.target;
    prepared_.mounts.emplace_back(BindMount{workshop_.ssh_socket, "", target, false, false, {}});
    prepared_.env.push_back("SSH_AUTH_SOCK=" + target);
  }

  Workshop& workshop_;
  const std::map<NodeId, StepInput>& inputs_;
  PreparedMounts prepared_;
};

}  // namespace

PreparedMounts prepare_mounts(Workshop& workshop, const RunOp& op,
                              const std::map<NodeId, StepInput>& inputs) {
  return Preparer(workshop, inputs).prepare(op.mounts);
}

std::string mounts_key(Workshop& workshop, const RunOp& op,
                       const std::map<NodeId, StepInput>& inputs) {
  std::string key;
  for (const RunMount& mount : op.mounts) {
    key += fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n", static_cast<int>(mount.type),
                       mount.target, mount.source, mount.read_only, mount.id,
                       static_cast<int>(mount.sharing), mount.env, mount.mode.value_or(0),
                       mount.uid, mount.gid, mount.size_bytes);
    if (mount.from) {
      key += chain_key(inputs.at(*mount.from).layers) + "\n";
    } else if (mount.type == RunMount::Type::bind) {
      ContextTree& context = workshop.context(mount.context);
      const Digest content =
          copy_key(copied_items(context, normalize_layer_path(mount.source), false), false);
      workshop.materials->add_content(mount.context, content);
      key += content.str();
    }
  }
  return key;
}

}  // namespace lade::builder
