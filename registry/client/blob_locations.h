#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "libimage/base/guarded.h"
#include "libimage/image/blob_places.h"
#include "libimage/oci/reference.h"

namespace lade::registry {

/// Which repositories are known to have a blob, so that it can be mounted instead of uploaded.
/// Calls may come from several threads.
class BlobLocations {
 public:
  /// What outlives the process; may be empty, or answer null as long as there is nothing.
  using Lasting = std::function<BlobPlaces*()>;

  explicit BlobLocations(Lasting lasting = {}) : lasting_(std::move(lasting)) {}

  void remember(const Digest& blob, const Reference& repository);
  void remember(std::span<const Digest> blobs, const Reference& repository);
  /// The registry would not mount it from there.
  void forget(const Digest& blob, const Reference& repository);
  /// Tells of no repository any more: for a trial, since to mount from one is to write.
  void keep_silent() { silent_ = true; }
  /// Repositories of the same registry as `repository` and others than it; a few at most.
  std::vector<Reference> find(const Digest& blob, const Reference& repository) const;

 private:
  template <class Use>
  void with_lasting(Use&& use) const;

  Lasting lasting_;
  std::atomic<bool> silent_ = false;
  mutable Guarded<std::map<Digest, std::vector<Reference>>> known_;
};

}  // namespace lade::registry
