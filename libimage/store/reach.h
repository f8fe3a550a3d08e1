#pragma once

#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "libimage/store/local_store.h"

namespace lade {

/// Where marking begins.
struct Roots {
  std::vector<Descriptor> manifests{};
  std::set<Digest> digests{};    ///< blobs of any sort
  std::set<Digest> snapshots{};  ///< chain ids
};

/// What must stay. Tocs and snapshots by the names of their files.
struct Reach {
  std::unordered_set<Digest> blobs{};
  std::set<std::string> tocs{};
  std::set<std::string> snapshots{};
};

/// Everything the roots stand for: of an index its instances, of a manifest its config and layers
/// and the artifacts that are about it. Manifests that are missing or damaged end
/// their branch.
Reach reach_of(LocalStore& store, const Roots& roots);

}  // namespace lade
