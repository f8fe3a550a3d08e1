#include "registry/sync/sync_run.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "libimage/base/error.h"
#include "libimage/base/retry.h"
#include "libimage/base/task_group.h"
#include "libimage/image/shared_blobs.h"

namespace lade::registry {
namespace {

class SyncRun {
 public:
  SyncRun(const std::vector<SyncItem>& items, const SyncOptions& options, Progress& progress)
      : options_(options), progress_(progress) {
    for (const SyncItem& item : items) results_.push_back({item});
  }

  std::vector<SyncResult> run() {
    TaskGroup group(std::max(options_.images_at_once, 1U));
    for (SyncResult& result : results_) {
      group.run([this, &result] {
        if (!stopped_) bring(result);
      });
    }
    group.wait();
    return std::move(results_);
  }

 private:
  void bring(SyncResult& result) {
    try {
      CopyReport report = with_retries(
          options_.retry_times, options_.cancel, [](const auto&...) {},
          [&] { return copy(result.item); });
      const std::lock_guard lock(mutex_);
      if (options_.done) options_.done(result.item, report);
      result.report = std::move(report);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      result.error = error;
      if (!options_.keep_going) stopped_ = true;
    }
  }

  CopyReport copy(const SyncItem& item) {
    const auto source = options_.open(item);
    auto destination = options_.write(item);
    // a copy on trial brings nothing that others could wait for
    if (!options_.copy.dry_run) destination = blobs_->join(std::move(destination), item.place);
    return copy_image(*source, *destination, options_.copy, progress_);
  }

  const SyncOptions& options_;
  Progress& progress_;
  std::vector<SyncResult> results_;
  std::shared_ptr<SharedBlobs> blobs_ = std::make_shared<SharedBlobs>();
  std::mutex mutex_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace

std::vector<SyncResult> run_sync(const std::vector<SyncItem>& items, const SyncOptions& options,
                                 Progress& progress) {
  return SyncRun(items, options, progress).run();
}

}  // namespace lade::registry
