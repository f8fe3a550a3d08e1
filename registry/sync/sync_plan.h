#pragma once

#include <functional>
#include <string>
#include <vector>

#include "registry/sync/sync_file.h"

namespace lade::registry {

/// An image to keep in step: where it is and where it is to be, as "transport:details".
struct SyncItem {
  std::string from;
  std::string to;
  /// What is shared by all that goes to one repository or layout; empty: nothing.
  std::string place{};
};

/// Where images go, and how they are called there (skopeo-sync(1)).
struct SyncTarget {
  std::string transport;  ///< "docker", "dir" or "oci"
  std::string name;       ///< a registry with or without a path; a directory; a layout
  /// The whole name of the source is kept, and not its last part alone. In a repository's name, a
  /// port of the source's registry follows "_", as colons are none of such names.
  bool scoped = false;
  std::string suffix{};  ///< appended to tags
};

/// The tags of "host/repository".
using ListTags = std::function<std::vector<std::string>(const std::string& repository)>;

/// One repository's images: that of its tag or digest if `name` has one, else of all tags.
/// Attached tags ("sha256-…") are none: what is attached travels with its image.
std::vector<SyncItem> plan_repository(const std::string& name, const SyncTarget& target,
                                      const ListTags& list);
/// What a section of a sync file wants. `invalid` for a bad pattern, range, tag or digest.
std::vector<SyncItem> plan_registry(const SyncRegistry& registry, const SyncTarget& target,
                                    const ListTags& list);
/// The images below a directory, each in one of its own ("…/name:tag"); or the directory itself.
std::vector<SyncItem> plan_directories(const std::string& directory, const SyncTarget& target);
/// The images of an OCI layout by their ref names; one that is but a tag is one of the layout's
/// last name.
std::vector<SyncItem> plan_layout(const std::string& layout,
                                  const std::vector<std::string>& ref_names,
                                  const SyncTarget& target);

}  // namespace lade::registry
