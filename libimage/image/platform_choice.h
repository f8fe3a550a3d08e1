#pragma once

#include <set>
#include <vector>

#include "libimage/oci/digest.h"
#include "libimage/oci/index.h"
#include "libimage/oci/platform.h"

namespace lade {

/// Which images of an index to take.
struct PlatformChoice {
  enum class Kind { one, all, index_only, listed };
  Kind kind = Kind::one;
  Platform wanted{};               ///< for `one`
  std::vector<Platform> listed{};  ///< for `listed`: the index is kept, others are left out
};

/// The entries of an index that are taken with it, indexes in it and what is attested of its images
/// among them; nothing for `one`, which takes no index.
std::set<Digest> choose_entries(const Index& index, const PlatformChoice& choice);

}  // namespace lade
