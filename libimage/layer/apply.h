#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libimage/layer/idmap.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/layer/rootfs.h"
#include "libimage/stream/source.h"

namespace lade {

struct ApplyOptions {
  /// How a whiteout takes effect: by removing what lower layers left in the same directory, or as
  /// overlayfs wants it for a directory that holds this layer alone (character device 0:0,
  /// `user.overlay.opaque`).
  enum class Whiteouts { remove, overlay };
  /// Owners: `set` them or fail; `record` those that cannot be set in the xattr `user.lade.owner`
  /// ("uid:gid"), where diff finds them again; `ignore` them: everything is the caller's.
  enum class Ownership { set, record, ignore };
  /// Device nodes: made, or left out and reported.
  enum class Devices { make, skip };

  Whiteouts whiteouts = Whiteouts::remove;
  Ownership ownership = Ownership::set;
  Devices devices = Devices::make;
  IdMap ids{};
  /// The layers below this one: gives directories that the layer implies their mode, owner and
  /// times, and hard links into lower layers their contents (read through `open_below`).
  const MergedTree* below = nullptr;
  std::function<std::unique_ptr<Source>(const TreeEntry&)> open_below{};
};

struct ApplyReport {
  std::uint64_t members = 0;
  std::uint64_t bytes = 0;            ///< of file contents
  std::vector<std::string> warnings;  ///< what was left out or confined, a line each, 100 at most
};

/// Unpacks one uncompressed layer into a root (image-spec 1.1, layer.md, "Applying Changesets").
/// Names with ".." are refused; absolute names and links are taken inside the root; no symlink
/// leads out. Times of directories are set last. Nothing is fsynced.
///
/// The outcome is what MergedTree shows (docs/formats.md, "toc", has the rules). A symlink is
/// followed only on the way to a later member of the layer that made it, inside the root; no
/// symlink on the disk is ever followed, and one that stands where a member or its directory must
/// be is replaced, by a directory member too. Replacing a directory removes what is in it.
/// Directories that the layer implies are root 0755 with time 0 unless `below` or the disk has
/// them.
///
/// Left out, with a warning: extended attributes other than user.*, security.capability and
/// system.posix_acl_* or that steer overlayfs or Lade, those the file system refuses, character
/// devices 0:0 (overlayfs would take them for whiteouts). `invalid`: hard links to directories or
/// to themselves, more than 512 directories inside each other, an owner that `ids` does not have.
/// `not_found`: a hard link to a file that no layer has. After an error the root is half made.
ApplyReport apply_layer(Source& tar, const Rootfs& root, const ApplyOptions& options,
                        const std::string& what);

}  // namespace lade
