#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/time.h"
#include "libimage/layer/idmap.h"
#include "libimage/layer/layer_writer.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/layer/rootfs.h"

namespace lade {

struct DiffOptions {
  /// Times later than this become this: makes the layer reproducible.
  std::optional<Timestamp> clamp_mtime{};
  /// Ids on disk to ids in the image.
  IdMap ids{};
  /// Paths that are not part of the layer, whole subtrees (mount points, say).
  std::function<bool(std::string_view path)> leave_out{};
  /// Of an upper directory: the root too ("./"), if it is not what the layers below show.
  bool with_root = false;
  /// Of an upper directory whose process could give nothing away (one id alone is mapped):
  /// symlinks, devices and pipes that are still what the layers below show at their path have the
  /// owner they have there. The attribute that records it for files and directories cannot be set
  /// on them.
  bool keep_owners_below = false;
};

/// Writes what an overlayfs upper directory changed into `writer`, in path_less order: whiteouts
/// for its character devices 0:0, an opaque marker for its opaque directories, hard links among its
/// files kept, overlay's own xattrs and `user.lade.owner` taken out (the owner recorded there is
/// the owner written). A directory that is in the upper only because something below it changed,
/// with the same metadata as in `below`, is not written, and neither is the root unless
/// `with_root`. Sockets are left out; times are cut to seconds, as other builders do; whiteouts
/// have mode, owner and time 0. Returns the number of members written. `conflict` if a file changes
/// while it is read; `unsupported` for a name that begins with ".wh." and for directories that
/// overlayfs moved (redirect_dir) or files it copied up in part (metacopy).
std::uint64_t diff_overlay(const Rootfs& upper, const MergedTree& below, const DiffOptions& options,
                           LayerWriter& writer);

/// Writes a whole directory tree, the same way (the root directory itself included when
/// `with_root`).
std::uint64_t write_tree(const Rootfs& root, const DiffOptions& options, bool with_root,
                         LayerWriter& writer);

}  // namespace lade
