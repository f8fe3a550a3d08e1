#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "builder/exec/source_tree.h"
#include "builder/plan/op.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/oci/digest.h"

namespace lade::builder {

/// One member of the layer a COPY makes.
struct CopyItem {
  Entry entry;  ///< as it will stand in the layer
  /// The file in `tree` whose contents it has; none for a further name of a file that came before,
  /// which is a hard link.
  std::optional<Entry> source{};
  SourceTree* tree = nullptr;
  std::optional<Digest> content{};  ///< of a file
  bool inherited = false;           ///< a directory of the layers below, repeated with its metadata
};

/// Sources of a CopyOp, found: each tree with the patterns to take from it.
struct CopySource {
  SourceTree* tree;
  std::string pattern;
  bool unpacked = false;  ///< an archive's contents, to go into the destination directory
  bool literal = false;   ///< `pattern` is a path that exists, whatever characters it has
};

/// Numeric owner and the file modes to set.
struct CopyOwner {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  bool keep = false;  ///< as the source has it (files of stages and images, without --chown)
};

/// What a COPY or ADD writes, in path_less order: the pure part of the operation. Consults `base`
/// for links in the destination and for what is there; nothing is unpacked. Throws `not_found` for
/// a source that matches nothing, `invalid` for a destination that cannot be.
std::vector<CopyItem> plan_copy(const CopyOp& op, const std::vector<CopySource>& sources,
                                const CopyOwner& owner, const MergedTree& base, Timestamp now);

/// The key of a planned copy: what the layer will hold, without times unless `with_times`.
Digest copy_key(const std::vector<CopyItem>& items, bool with_times);

}  // namespace lade::builder
