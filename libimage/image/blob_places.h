#pragma once

#include <span>
#include <string>
#include <vector>

#include "libimage/oci/digest.h"

namespace lade {

/// Remembers, beyond this process, which repositories of registries had a blob. What it says may
/// have ceased to be true. Calls may come from several threads.
class BlobPlaces {
 public:
  virtual ~BlobPlaces() = default;
  /// The blobs are in a repository ("host/path"). What was not heard of for longest goes.
  virtual void remember_place(std::span<const Digest> blobs, const std::string& repository) = 0;
  virtual void forget_place(const Digest& blob, const std::string& repository) = 0;
  /// A few repositories that had it, the one heard of last first.
  virtual std::vector<std::string> find_places(const Digest& blob) = 0;
};

}  // namespace lade
