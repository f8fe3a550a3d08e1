#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "libimage/base/time.h"

namespace lade {

/// What reader and writer accept: Linux's PATH_MAX, and what other readers allow a pax header.
inline constexpr std::size_t entry_name_limit_bytes = 4096;
inline constexpr std::size_t entry_xattrs_limit_bytes = 1U << 20U;

enum class EntryType : unsigned char {
  file,
  directory,
  symlink,
  hardlink,
  char_device,
  block_device,
  fifo
};

std::string_view to_string(EntryType type);

/// One member of a tar archive, as image layers use them (image-spec 1.1, layer.md).
struct Entry {
  std::string path{};  ///< as in the archive: may begin with "./" or "/", may hold anything but NUL
  EntryType type = EntryType::file;
  std::uint32_t mode = 0;  ///< permission bits with setuid, setgid, sticky: 07777 at most
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string user_name{};
  std::string group_name{};
  Timestamp mtime{};
  std::uint64_t size_bytes = 0;  ///< of a file's contents; 0 for every other type
  std::string link_target{};     ///< of a symlink: its text; of a hard link: a path in the archive
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  std::map<std::string, std::string> xattrs{};  ///< full names ("user.x", "security.capability")

  bool operator==(const Entry&) const = default;
};

}  // namespace lade
