#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libimage/store/store.h"

namespace lade {

struct GcOptions {
  bool unnamed = true;        ///< drop images that have no name
  bool all_images = false;    ///< drop named images too
  bool build_cache = false;   ///< drop cache records, all or those unused since
  bool cache_mounts = false;  ///< drop directories of caches/ that nobody has in use, likewise
  std::optional<Timestamp> unused_since{};
  bool dry_run = false;
};

struct GcReport {
  std::vector<std::string> removed_images{};
  std::uint64_t removed_blobs = 0;
  std::uint64_t removed_snapshots = 0;
  std::uint64_t removed_cache_records = 0;
  std::uint64_t removed_cache_mounts = 0;
  std::uint64_t freed_bytes = 0;  ///< of blobs, tocs and cache mounts
  /// What could not be deleted, with the reason: files of subordinate ids can only be deleted from
  /// inside the user namespace. It is tried again the next time.
  std::vector<std::string> left{};
};

/// Removes what nothing refers to: not a name, not an unnamed image that is kept, not the cache,
/// not a live lease (nor a file `containers/<id>/lease` of lines "blob <digest>" and "snapshot
/// <chain id>"). Artifacts stay as long as their subject. A named image that a live lease lists
/// keeps its name even if all images go. Safe beside running builds and pulls. What dead processes
/// left in tmp/ goes too.
GcReport collect_garbage(Store& store, const GcOptions& options);

struct StoreFlaw {
  std::string where;
  std::string what;
  bool mended = false;
  /// Nothing wrong, only in the way: what a process that died left behind.
  bool garbage = false;
};

struct CheckOptions {
  bool contents = true;  ///< re-hash every blob
  bool mend = false;     ///< drop damaged blobs and what depends on them, rebuild tocs
};

/// Verifies every blob, toc, name, cache record and row. Nothing but garbage: healthy. Mending
/// removes garbage as collect_garbage does.
std::vector<StoreFlaw> check_store(Store& store, const CheckOptions& options);

}  // namespace lade
