#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "builder/plan/op.h"
#include "libimage/base/guarded.h"
#include "libimage/base/temp_dir.h"
#include "libimage/layer/apply.h"
#include "libimage/store/store.h"

namespace lade::builder {

/// Layers unpacked for overlayfs: each layer of a chain once, in a directory of its own below
/// `snapshots/` of the store. A cache: what was written before the machine last started is not
/// trusted (nothing here is fsynced), and made again.
class Snapshots {
 public:
  struct Options {
    std::shared_ptr<Store> store;
    Lease* lease = nullptr;
    /// Where snapshots and the directories of runs are; empty: in the store.
    std::string directory{};
    /// How owners are set: `record` where one id alone is mapped.
    ApplyOptions::Ownership ownership = ApplyOptions::Ownership::set;
    bool make_devices = false;
    unsigned threads = 2;
    std::string boot_id;  ///< of the running kernel
    std::function<void(const std::string&)> warn;
  };
  explicit Snapshots(Options options);

  /// The directories of the layers, topmost first, as overlayfs takes them. What is missing is
  /// unpacked now, several layers at a time.
  std::vector<std::string> lower_directories(const std::vector<LayerRef>& layers);

  /// Upper and work directories for one run.
  struct Scratch {
    TempDir directory;
    std::string upper() const { return directory.path() + "/fs"; }
    std::string work() const { return directory.path() + "/work"; }
  };
  Scratch make_scratch();
  /// Gives the upper directory what the root directory of the layers below has: an overlay shows
  /// the upper's.
  void copy_up_root(const Scratch& scratch, const TocEntry& root) const;

  /// Are the directories of this object in memory, because the store's file system cannot carry an
  /// overlay?
  bool is_in_memory() const { return !options_.directory.empty(); }
  ApplyOptions::Ownership ownership() const { return options_.ownership; }

  /// Makes what a run left in its upper directory the snapshot of the topmost of `layers`, so that
  /// the next step need not unpack it.
  void adopt(Scratch scratch, const std::vector<LayerRef>& layers);

 private:
  std::string directory_of(const Digest& chain) const;
  bool is_trusted(const std::string& directory) const;
  /// The number of the lowest layer that the ones above it do not hide whole.
  std::size_t lowest_shown(const std::vector<LayerRef>& layers) const;
  void unpack(const std::vector<LayerRef>& layers, std::size_t index, const Digest& chain);
  void publish(TempDir directory, const Digest& chain);
  /// Held by whoever unpacks a chain, so that steps which need the same one do it once.
  std::shared_ptr<std::mutex> turn(const Digest& chain);

  Options options_;
  Guarded<std::map<Digest, std::shared_ptr<std::mutex>>> turns_;
};

}  // namespace lade::builder
