#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "libimage/base/fd.h"

namespace lade::builder {

/// Finds, and where missing makes, the places in a root file system on which something is mounted,
/// and later removes what it made, so that no mount point ends in a layer.
///
/// Paths are those of the image: a symlink, also an absolute one or one with "..", is resolved
/// inside the root and can not lead out of it.
class MountTargets {
 public:
  enum class Kind { directory, file };

  /// `root` is a directory descriptor that outlives this object; `upper` is the path of the
  /// overlay's upper directory, empty if there is none.
  MountTargets(int root, std::string upper) : root_(root), upper_(std::move(upper)) {}

  /// An O_PATH descriptor of what `path` names. What is missing is made: directories 0755, an empty
  /// file 0644, owned by the caller. Throws `conflict` if something of another kind is there.
  Fd open(const std::string& path, Kind kind);

  /// The same without symlinks: for places such as /proc, where a link is a trick of the image.
  Fd open_plain(const std::string& path, Kind kind);

  /// Removes what `open` made and is still as it was made, newest first; gives the directories
  /// around it their times back, and takes those away that the overlay had copied up for it. To be
  /// called from a mount namespace in which nothing is mounted on the targets.
  void remove_created() noexcept;

 private:
  struct Created {
    Fd parent;
    std::string name;
    struct stat made;           ///< the new entry
    struct stat parent_before;  ///< the directory before it was added
    struct stat parent_after;
  };
  struct CopiedUp {
    std::string path;  ///< in the upper directory
    struct stat before;
  };

  Fd walk(const std::string& path, Kind kind, bool follow);
  Fd create(const std::vector<Fd>& stack, const std::string& place, const std::string& name,
            bool directory);
  void note_copy_up(const std::string& place);
  void remove(const Created& created) noexcept;
  void remove(const CopiedUp& copy) noexcept;

  int root_;
  std::string upper_;
  std::vector<Created> created_;
  std::vector<CopiedUp> copied_up_;
};

}  // namespace lade::builder
