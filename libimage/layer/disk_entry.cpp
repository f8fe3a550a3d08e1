#include "libimage/layer/disk_entry.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/apply_metadata.h"

namespace lade {
namespace {

constexpr std::size_t link_limit_bytes = 4096;

EntryType type_of(mode_t mode, std::string_view shown) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return EntryType::file;
    case S_IFDIR:
      return EntryType::directory;
    case S_IFLNK:
      return EntryType::symlink;
    case S_IFCHR:
      return EntryType::char_device;
    case S_IFBLK:
      return EntryType::block_device;
    case S_IFIFO:
    case S_IFSOCK:
      return EntryType::fifo;
    default:
      fail(ErrorKind::unsupported, "{} is of a type that no layer can hold", printable(shown));
  }
}

std::string read_link(int directory, const std::string& name, std::string_view shown) {
  std::string target(link_limit_bytes + 1, '\0');
  const ssize_t size = ::readlinkat(directory, name.c_str(), target.data(), target.size());
  if (size < 0) fail_errno("cannot read the symlink {}", printable(shown));
  if (static_cast<std::size_t>(size) > link_limit_bytes) {
    fail(ErrorKind::invalid, "the symlink {} has a target longer than {} bytes", printable(shown),
         link_limit_bytes);
  }
  target.resize(static_cast<std::size_t>(size));
  return target;
}

/// The value of an attribute, or its size grown until it fits.
std::string read_xattr(int file, const std::string& name, std::string_view shown) {
  for (;;) {
    const ssize_t size = ::fgetxattr(file, name.c_str(), nullptr, 0);
    if (size < 0) fail_errno("cannot read {} of {}", printable(name), printable(shown));
    std::string value(static_cast<std::size_t>(size), '\0');
    if (value.empty()) return value;
    const ssize_t got = ::fgetxattr(file, name.c_str(), value.data(), value.size());
    if (got >= 0) {
      value.resize(static_cast<std::size_t>(got));
      return value;
    }
    if (errno != ERANGE) fail_errno("cannot read {} of {}", printable(name), printable(shown));
  }
}

std::vector<std::string> xattr_names(int file, std::string_view shown) {
  char few[512];
  ssize_t size = ::flistxattr(file, few, sizeof few);
  std::string names;
  if (size >= 0) {
    names.assign(few, static_cast<std::size_t>(size));
  } else {
    if (errno == ENOTSUP) return {};
    names.resize(64U << 10U);  // the kernel's limit
    size = errno == ERANGE ? ::flistxattr(file, names.data(), names.size()) : -1;
    if (size < 0) fail_errno("cannot list the attributes of {}", printable(shown));
    names.resize(static_cast<std::size_t>(size));
  }
  if (names.empty()) return {};
  names.pop_back();
  return split(names, '\0');
}

void take_recorded_owner(const std::string& text, DiskEntry& found, std::string_view shown) {
  const auto colon = text.find(':');
  const auto uid = parse_int(std::string_view(text).substr(0, colon));
  const auto gid = colon == std::string::npos ? std::nullopt
                                              : parse_int(std::string_view(text).substr(colon + 1));
  if (!uid || !gid || *uid < 0 || *gid < 0 || *uid > UINT32_MAX || *gid > UINT32_MAX) {
    fail(ErrorKind::corrupt, "{} has \"{}\" recorded for its owner, wanted uid:gid",
         printable(shown), printable(text));
  }
  found.entry.uid = static_cast<std::uint32_t>(*uid);
  found.entry.gid = static_cast<std::uint32_t>(*gid);
}

/// Overlayfs notes things under two prefixes, depending on who mounted it.
std::string_view overlay_note(std::string_view name) {
  for (const std::string_view prefix : {"user.overlay.", "trusted.overlay."}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return {};
}

/// Reads attributes; true if the owner was recorded among them.
bool read_xattrs(DiskEntry& found, std::string_view shown) {
  bool owner_recorded = false;
  for (const std::string& name : xattr_names(found.file.get(), shown)) {
    if (const std::string_view note = overlay_note(name); !note.empty()) {
      if (note == "redirect" || note == "metacopy") {
        fail(ErrorKind::unsupported,
             "the contents of {} are elsewhere: the overlay was mounted with redirect_dir or "
             "metacopy",
             printable(shown));
      }
      found.is_opaque |= note == "opaque" && read_xattr(found.file.get(), name, shown) == "y";
    } else if (name == "user.lade.owner") {
      take_recorded_owner(read_xattr(found.file.get(), name, shown), found, shown);
      owner_recorded = true;
    } else if (is_layer_xattr(name)) {
      found.entry.xattrs[name] = read_xattr(found.file.get(), name, shown);
    }
  }
  return owner_recorded;
}

void take_owner(DiskEntry& found, const struct stat& status, const IdMap& ids,
                std::string_view shown) {
  const auto uid = ids.to_inside(status.st_uid);
  const auto gid = ids.to_inside(status.st_gid);
  if (!uid || !gid) {
    fail(ErrorKind::invalid, "{} belongs to {}:{}, which the id map does not have",
         printable(shown), status.st_uid, status.st_gid);
  }
  found.entry.uid = *uid;
  found.entry.gid = *gid;
}

}  // namespace

DiskEntry read_disk_entry(int directory, const std::string& name, std::string_view shown,
                          const IdMap& ids) {
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    fail_errno("cannot inspect {}", printable(shown));
  }
  DiskEntry found;
  found.entry.type = type_of(status.st_mode, shown);
  found.is_socket = S_ISSOCK(status.st_mode);
  found.is_whiteout = S_ISCHR(status.st_mode) && status.st_rdev == 0;
  if (found.is_socket || found.is_whiteout) return found;
  bool owner_recorded = false;
  if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) {
    // what was inspected and what is opened must be one thing: all is read again from the open file
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    found.file = open_fd_at(directory, name, S_ISDIR(status.st_mode) ? flags | O_DIRECTORY : flags);
    if (::fstat(found.file.get(), &status) != 0) fail_errno("cannot inspect {}", printable(shown));
    if (type_of(status.st_mode, shown) != found.entry.type) {
      fail(ErrorKind::conflict, "{} was replaced while it was read", printable(shown));
    }
    if (S_ISREG(status.st_mode)) {
      found.entry.size_bytes = static_cast<std::uint64_t>(status.st_size);
    }
    owner_recorded = read_xattrs(found, shown);
  } else if (S_ISLNK(status.st_mode)) {
    found.entry.link_target = read_link(directory, name, shown);
  } else if (!S_ISFIFO(status.st_mode)) {
    found.entry.device_major = ::major(status.st_rdev);
    found.entry.device_minor = ::minor(status.st_rdev);
  }
  if (!owner_recorded) take_owner(found, status, ids, shown);
  found.entry.mode = status.st_mode & 07777;
  found.mtime = {status.st_mtim.tv_sec, static_cast<std::int32_t>(status.st_mtim.tv_nsec)};
  found.entry.mtime = {found.mtime.seconds, 0};
  found.device = status.st_dev;
  found.inode = status.st_ino;
  found.links = status.st_nlink;
  return found;
}

}  // namespace lade
