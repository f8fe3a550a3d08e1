#pragma once

#include <cstdint>
#include <string>

#include "cmd/session.h"
#include "libimage/base/json.h"

namespace lade::cmd {

struct StoreSizes {
  std::uint64_t blobs = 0;
  std::uint64_t blob_bytes = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t cache_mounts = 0;
  bool reflinks = false;  ///< the file system copies files by sharing their blocks
};
/// Looks at the directories of a store.
StoreSizes measure_store(const std::string& root);

/// Kernel, platform, processors, programs.
Json machine_facts();
/// The user, its subordinate ids, and what a user namespace would have of them. Enters one.
Json user_facts();
/// The configuration files that are there.
Json configuration_facts(const Session& session);

}  // namespace lade::cmd
