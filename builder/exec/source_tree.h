#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/archive/entry.h"
#include "libimage/oci/digest.h"
#include "libimage/stream/source.h"

namespace lade::builder {

/// Files that COPY, ADD and bind mounts take from: a build context, the file system of a stage or
/// image, a download. Paths are normalised (layer_path.h). A tree belongs to one step, but for
/// build contexts, which serve several at once.
class SourceTree {
 public:
  virtual ~SourceTree() = default;
  /// For messages: "the build context", "stage build".
  virtual std::string name() const = 0;
  /// The entry at a path, no symlink followed; nothing if absent or ignored.
  virtual std::optional<Entry> find(std::string_view path) = 0;
  /// What is in a directory, sorted by name.
  virtual std::vector<Entry> list(std::string_view directory) = 0;
  /// sha256 of the contents of files, in their order.
  virtual std::vector<Digest> hash(std::span<const Entry> files) = 0;
  virtual std::unique_ptr<Source> open(const Entry& file) = 0;
  /// The same for two names of one file (hard links); nothing if the tree cannot tell.
  virtual std::string identity(const Entry& /*file*/) { return {}; }
  /// Why `find` answers nothing for a path that one would expect to be there; empty if there is no
  /// more to say than that.
  virtual std::string explain_missing(std::string_view /*path*/) { return {}; }
};

/// Follows symlinks of `path` inside the tree, the last one too; throws `invalid` after 40.
std::string resolve(SourceTree& tree, std::string_view path);

/// The paths that match a pattern in the manner of Go's filepath.Match, component by component,
/// sorted; a pattern without wildcards matches itself if it exists.
std::vector<std::string> match_paths(SourceTree& tree, std::string_view pattern);

}  // namespace lade::builder
