#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libimage/base/fd.h"

namespace lade {

/// A directory on the host taken as a root. Every path is resolved by openat2(RESOLVE_IN_ROOT), so
/// no symlink, "..", or absolute link inside ever reaches the host's own files.
class Rootfs {
 public:
  /// The directory must exist.
  explicit Rootfs(const std::string& directory);
  Rootfs(Rootfs&&) noexcept = default;

  int fd() const { return root_.get(); }
  const std::string& directory() const { return directory_; }

  /// Opens a path inside; throws as open_fd does.
  Fd open(std::string_view path, int flags, unsigned mode = 0) const;
  /// The directory that holds `path`'s last component, symlinks on the way followed inside the
  /// root, as an O_PATH descriptor. `not_found` if it does not exist.
  Fd open_parent(std::string_view path) const;
  bool exists(std::string_view path) const;

 private:
  std::string directory_;
  Fd root_;
};

}  // namespace lade
