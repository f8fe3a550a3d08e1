#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "libimage/base/guarded.h"
#include "libimage/oci/reference.h"

namespace lade::registry {

/// Which repositories are known to have a blob, so that it can be mounted instead of uploaded.
/// Calls may come from several threads.
class BlobLocations {
 public:
  void remember(const Digest& blob, const Reference& repository);
  /// Repositories of the same registry as `repository` and others than it.
  std::vector<Reference> find(const Digest& blob, const Reference& repository) const;

 private:
  mutable Guarded<std::map<Digest, std::vector<Reference>>> known_;
};

}  // namespace lade::registry
