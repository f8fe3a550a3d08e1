#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/cancel_token.h"
#include "libimage/image/copy.h"
#include "registry/sync/sync_plan.h"

namespace lade::registry {

struct SyncOptions {
  CopyOptions copy{};
  unsigned images_at_once = 16;
  bool keep_going = false;   ///< after an image that failed
  unsigned retry_times = 0;  ///< after what may pass
  const CancelToken* cancel = nullptr;
  std::function<std::unique_ptr<ImageSource>(const SyncItem&)> open;
  std::function<std::unique_ptr<ImageDestination>(const SyncItem&)> write;
  /// Hears of each image when it is done, one at a time.
  std::function<void(const SyncItem&, const CopyReport&)> done{};
};

/// What became of an image: one of the two, or neither if it was not come to.
struct SyncResult {
  SyncItem item;
  std::optional<CopyReport> report{};
  std::optional<Error> error{};
};

/// Copies all images at once, as many as are allowed; what several bring to one place is brought
/// once. Results stand in the order of the items. Errors are in them; only `cancelled` is thrown.
std::vector<SyncResult> run_sync(const std::vector<SyncItem>& items, const SyncOptions& options,
                                 Progress& progress);

}  // namespace lade::registry
