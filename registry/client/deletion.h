#pragma once

#include <string>
#include <vector>

#include "libimage/oci/descriptor.h"
#include "registry/client/repository.h"

namespace lade::registry {

struct DeleteOptions {
  bool force = false;    ///< other tags of the image may go with it
  bool dry_run = false;  ///< ask, but delete nothing
};

/// What was deleted, or would be.
struct Deletion {
  Digest digest;
  /// A tag alone went: the image is there yet. Never so in a dry run, for no registry tells in
  /// advance whether it can.
  bool tag_alone = false;
  std::vector<std::string> other_tags{};  ///< that are gone, too
};

/// Deletes what `repository.reference` names (distribution-spec 1.1, "Content Management"). A tag
/// goes alone where the registry can do that. Where it cannot, the image goes by its digest, unless
/// it has other tags and `force` is not set: `conflict` names them. A digest that the user named
/// goes with all its tags. `not_found`; `unsupported` if the registry does not let anybody delete.
Deletion delete_image(const Repository& repository, const DeleteOptions& options);

/// The tags that stand for a manifest, by a HEAD for each tag of the repository.
std::vector<std::string> find_tags(const Repository& repository, const Digest& digest);

}  // namespace lade::registry
