#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/archive/entry.h"
#include "libimage/base/fd.h"
#include "libimage/layer/idmap.h"

namespace lade {

/// What a path on the disk says of itself, as a layer would tell it, and what overlayfs and Lade
/// have noted on it.
struct DiskEntry {
  Entry entry;  ///< path empty
  Fd file;      ///< open for reading if it is a file or directory
  bool is_whiteout = false;
  bool is_opaque = false;
  bool is_socket = false;
  std::uint64_t device = 0;  ///< together with `inode` the identity of the file
  std::uint64_t inode = 0;
  std::uint64_t links = 1;
  Timestamp mtime;  ///< to the nanosecond; that of `entry` is cut to seconds, as layers have it
};

/// Reads `name` in an open directory ("." is the directory itself), following nothing. `shown` is
/// the path for messages. `unsupported` if overlayfs moved the contents elsewhere (redirect_dir,
/// metacopy); `invalid` for an owner that the map does not have.
DiskEntry read_disk_entry(int directory, const std::string& name, std::string_view shown,
                          const IdMap& ids);

}  // namespace lade
