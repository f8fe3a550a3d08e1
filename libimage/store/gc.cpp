#include "libimage/store/gc.h"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/file_lock.h"
#include "libimage/store/cache_rows.h"
#include "libimage/store/layer_notes.h"
#include "libimage/store/layer_rows.h"
#include "libimage/store/leases.h"
#include "libimage/store/listing.h"
#include "libimage/store/local_store.h"
#include "libimage/store/manifests.h"
#include "libimage/store/names.h"
#include "libimage/store/partial_blob.h"
#include "libimage/store/reach.h"

// Mark and sweep under the exclusive GcLock (leases.cpp). Rows go first: a collection that is
// killed has then removed names without their blobs, never blobs from under a name. What goes is
// moved to a directory of this session in tmp/, which is quick however large it is, and deleted
// after the lock is given back; should that be interrupted, the next collection finds it there as
// the leavings of a dead process.
namespace lade {
namespace {

std::uint64_t size_of(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// Of the files below a directory, as far as they can be seen.
std::uint64_t tree_size(const std::string& directory) {
  namespace fs = std::filesystem;
  std::uint64_t size_bytes = 0;
  std::error_code error;
  fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied,
                                      error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code unseen;
    if (!at->is_symlink(unseen) && at->is_regular_file(unseen)) size_bytes += size_of(at->path());
  }
  return size_bytes;
}

class Collection {
 public:
  Collection(LocalStore& store, const GcOptions& options) : store_(store), options_(options) {}

  GcReport run() {
    if (!options_.dry_run) trash_ = make_trash();
    {
      const auto alone = GcLock::exclusive(store_.layout());
      choose_rows();
      choose_files(reach_of(store_, roots_));
      if (options_.cache_mounts) choose_caches();
      if (!options_.dry_run) {
        remove_rows();
        move_away();
        forget_blobs();
      }
    }
    caches_in_hand_.clear();
    if (!trash_.empty()) delete_tree(trash_);
    return std::move(report_);
  }

 private:
  /// Made before the lock is taken: a session that begins asks for it, too. On a full disk there
  /// may be no place for it.
  std::string make_trash() {
    try {
      return store_.make_work_dir("trash");
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::io) throw;
      return "";
    }
  }

  /// Decides which rows go and which are roots.
  void choose_rows() {
    leased_ = read_leases(store_.layout());
    roots_.digests = leased_.blobs;
    roots_.snapshots = leased_.snapshots;
    store_.with_database([&](Database& rows) {
      for (const NamedImage& image : list_names(rows)) {
        const bool in_use = leased_.blobs.contains(image.target.digest);
        if (options_.all_images && !in_use) {
          report_.removed_images.push_back(image.name.str());
          dropped_names_.push_back(image.name);
        } else {
          roots_.manifests.push_back(image.target);
        }
      }
      for (const Descriptor& target : list_unnamed(rows)) {
        const bool in_use = leased_.blobs.contains(target.digest);
        if ((options_.unnamed || options_.all_images) && !in_use) {
          report_.removed_images.push_back(target.digest.str());
          dropped_unnamed_.push_back(target.digest);
        } else {
          roots_.manifests.push_back(target);
        }
      }
      choose_cache(rows);
    });
  }

  void choose_cache(Database& rows) {
    for (const CacheRecord& record : list_cache(rows)) {
      const bool stale = !options_.unused_since || record.used < *options_.unused_since;
      if (options_.build_cache && stale) {
        dropped_records_.push_back(record.key);
        ++report_.removed_cache_records;
        continue;
      }
      for (const Digest& blob : find_cache_blobs(rows, record.key)) roots_.digests.insert(blob);
    }
  }

  void remove_rows() {
    if (dropped_names_.empty() && dropped_unnamed_.empty() && dropped_records_.empty()) return;
    store_.with_database([&](Database& rows) {
      Transaction transaction(rows, Transaction::Kind::lasting);
      for (const Reference& name : dropped_names_) remove_name(rows, name);
      for (const Digest& target : dropped_unnamed_) drop_unnamed(rows, target);
      for (const std::string& key : dropped_records_) drop_cache(rows, key);
      transaction.commit();
    });
  }

  void choose_files(const Reach& reach) {
    store_.blobs().walk(
        [&](const Digest& digest) {
          if (reach.blobs.contains(digest)) return;
          const std::string path = store_.layout().blob(digest);
          report_.freed_bytes += size_of(path);
          ++report_.removed_blobs;
          discarded_.push_back(path);
          discarded_blobs_.push_back(digest);
        },
        [](const std::string&) {});
    for (const std::string& name : list_directory(store_.layout().tocs())) {
      if (reach.tocs.contains(name)) continue;
      const std::string path = store_.layout().tocs() + "/" + name;
      report_.freed_bytes += size_of(path);
      discarded_.push_back(path);
    }
    for (const std::string& name : list_directory(store_.layout().snapshots())) {
      // "<chain id>", or "<chain id>.single" where one id alone was mapped
      if (reach.snapshots.contains(name.substr(0, name.find('.')))) continue;
      ++report_.removed_snapshots;
      discarded_.push_back(store_.layout().snapshots() + "/" + name);
    }
    for (std::string& path : find_leavings(store_.layout())) discarded_.push_back(std::move(path));
    const auto discard_idle = [this](std::vector<std::string> paths) {
      for (std::string& path : paths) {
        report_.freed_bytes += size_of(path);
        discarded_.push_back(std::move(path));
      }
    };
    discard_idle(find_idle_partial_blobs(store_.layout()));
    discard_idle(LayerNotes(store_.root()).find_idle());
  }

  /// A step that uses a cache holds its ".used" file, and touches it (run_mounts). The lock files
  /// stay: removing one would let two processes hold the lock of one name.
  void choose_caches() {
    for (const std::string& name : list_directory(store_.layout().caches())) {
      const std::string path = store_.layout().caches() + "/" + name;
      const std::string mark = path + ".used";
      struct stat status {};
      if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) continue;
      ::lstat(mark.c_str(), &status);  // as old as the directory where there is none
      if (options_.unused_since &&
          !(Timestamp{status.st_mtim.tv_sec, 0} < *options_.unused_since)) {
        continue;
      }
      if (!options_.dry_run || file_exists(mark)) {
        auto lock = FileLock::try_acquire(mark, FileLock::Mode::exclusive);
        if (!lock) continue;
        caches_in_hand_.push_back(*std::move(lock));
      }
      ++report_.removed_cache_mounts;
      report_.freed_bytes += tree_size(path);
      discarded_.push_back(path);
    }
  }

  void move_away() {
    std::size_t number = 0;
    for (const std::string& path : discarded_) {
      const std::string moved = fmt::format("{}/{}", trash_, number++);
      // a directory of other owners cannot be moved, and on a full disk there is no trash
      if (trash_.empty() || ::rename(path.c_str(), moved.c_str()) != 0) delete_tree(path);
    }
  }

  void forget_blobs() {
    if (discarded_blobs_.empty()) return;
    store_.with_database([&](Database& rows) {
      Transaction transaction(rows, Transaction::Kind::quick);
      for (const Digest& digest : discarded_blobs_) {
        forget_manifest(rows, digest);
        forget_layer(rows, digest);
      }
      transaction.commit();
    });
  }

  void delete_tree(const std::string& path) {
    try {
      remove_tree(path);
    } catch (const Error& error) {
      report_.left.push_back(error.message());
    }
  }

  LocalStore& store_;
  const GcOptions& options_;
  GcReport report_;
  Leased leased_;
  Roots roots_;
  std::vector<Reference> dropped_names_;
  std::vector<Digest> dropped_unnamed_;
  std::vector<std::string> dropped_records_;
  std::vector<FileLock> caches_in_hand_;  ///< that nobody else has in use
  std::vector<std::string> discarded_;    ///< paths under the root that go
  std::vector<Digest> discarded_blobs_;
  std::string trash_;
};

}  // namespace

GcReport collect_garbage(Store& store, const GcOptions& options) {
  LocalStore& here = local(store);
  if (!options.dry_run) here.require_writable("collect garbage");
  return Collection(here, options).run();
}

}  // namespace lade
