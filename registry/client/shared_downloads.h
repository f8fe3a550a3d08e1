#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "libimage/oci/descriptor.h"
#include "libimage/stream/source.h"

namespace lade::registry {

/// Lets copies that run at the same time fetch what they share once: whoever wants a blob that
/// somebody is fetching waits and then reads it from where that one put it. Outlives the sources
/// that it gave.
class SharedDownloads {
 public:
  using Open = std::function<std::unique_ptr<Source>()>;
  /// A blob that is there already; null if it is not.
  using Find = std::function<std::unique_ptr<Source>(const Descriptor&)>;

  explicit SharedDownloads(Find find) : find_(std::move(find)) {}

  /// What `fetch` opens, unless somebody else fetched the blob meanwhile. A blob counts as being
  /// fetched until its source dies, so it must have been put away by then. One that failed is the
  /// next one's to fetch. No thread may hold one blob while it waits for another.
  std::unique_ptr<Source> open(const Descriptor& blob, const Open& fetch);

 private:
  class Claim;
  class ClaimedSource;

  Find find_;
  std::mutex mutex_;
  std::condition_variable released_;
  std::set<Digest> under_way_;
};

}  // namespace lade::registry
