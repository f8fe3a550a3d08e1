#include "libimage/layer/apply_metadata.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr std::size_t warning_limit = 100;
constexpr const char* owner_xattr = "user.lade.owner";

/// The path by which the calls that know no directory descriptors reach a name. It ends in that
/// name, so nothing is followed by the calls that follow nothing.
std::string proc_path(const DiskName& at) {
  return fmt::format("/proc/self/fd/{}/{}", at.directory, at.name);
}

bool is_refused(int error_number) {
  return error_number == EPERM || error_number == ENOTSUP || error_number == EINVAL ||
         error_number == EACCES;
}

}  // namespace

Metadata metadata_of(const Entry& entry) {
  return {entry.mode, entry.uid, entry.gid, entry.mtime, entry.xattrs};
}

Metadata metadata_of(const TocEntry& entry) {
  return {entry.mode, entry.uid, entry.gid, entry.mtime, entry.xattrs()};
}

bool is_layer_xattr(std::string_view name) {
  if (name.starts_with("user.overlay.") || name.starts_with("user.lade.")) return false;
  return name.starts_with("user.") || name == "security.capability" ||
         name == "system.posix_acl_access" || name == "system.posix_acl_default";
}

MetadataWriter::MetadataWriter(const ApplyOptions& options, std::vector<std::string>& warnings)
    : options_(options), warnings_(warnings), user_(::geteuid()), group_(::getegid()) {}

void MetadataWriter::warn(std::string line) {
  if (warnings_.size() >= warning_limit || !warned_.insert(line).second) return;
  warnings_.push_back(std::move(line));
}

void MetadataWriter::record_owner(const DiskName& at, const Metadata& metadata, bool can_record) {
  if (!can_record) {
    warn("owners of symlinks, devices and pipes that are not the caller's are left out");
    return;
  }
  const std::string text = fmt::format("{}:{}", metadata.uid, metadata.gid);
  if (::fsetxattr(at.directory, owner_xattr, text.data(), text.size(), 0) != 0) {
    fail_errno("cannot record the owner {} of {}", text, printable(at.shown));
  }
}

void MetadataWriter::set_owner(const DiskName& at, const Metadata& metadata, bool can_record,
                               bool owned) {
  if (options_.ownership == ApplyOptions::Ownership::ignore) return;
  const bool record = options_.ownership == ApplyOptions::Ownership::record;
  const auto uid = options_.ids.to_outside(metadata.uid);
  const auto gid = options_.ids.to_outside(metadata.gid);
  if (!uid || !gid) {
    if (record) return record_owner(at, metadata, can_record);
    fail(ErrorKind::invalid, "cannot give {} the owner {}:{}: the id map does not have it",
         printable(at.shown), metadata.uid, metadata.gid);
  }
  if (owned && *uid == user_ && *gid == group_) return;
  if (::fchownat(at.directory, at.name.c_str(), *uid, *gid, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) ==
      0) {
    return;
  }
  if (record && (errno == EPERM || errno == EINVAL)) return record_owner(at, metadata, can_record);
  fail_errno("cannot give {} the owner {}:{}", printable(at.shown), *uid, *gid);
}

void MetadataWriter::set_xattr(const DiskName& at, const std::string& name,
                               const std::string& value) {
  const int result =
      at.name.empty()
          ? ::fsetxattr(at.directory, name.c_str(), value.data(), value.size(), 0)
          : ::lsetxattr(proc_path(at).c_str(), name.c_str(), value.data(), value.size(), 0);
  if (result == 0) return;
  if (!is_refused(errno)) fail_errno("cannot set {} of {}", printable(name), printable(at.shown));
  warn(fmt::format("{}: the extended attribute {} could not be set", printable(at.shown),
                   printable(name)));
}

void MetadataWriter::set_xattrs(const DiskName& at, const Metadata& metadata) {
  for (const auto& [name, value] : metadata.xattrs) {
    if (is_layer_xattr(name)) {
      set_xattr(at, name, value);
    } else {
      warn(fmt::format("extended attributes {} are left out", printable(name)));
    }
  }
}

void MetadataWriter::set_mtime(const DiskName& at, Timestamp mtime) {
  const timespec times[2] = {{0, UTIME_OMIT}, {mtime.seconds, mtime.nanoseconds}};
  const int result = at.name.empty()
                         ? ::futimens(at.directory, times)
                         : ::utimensat(at.directory, at.name.c_str(), times, AT_SYMLINK_NOFOLLOW);
  if (result != 0) fail_errno("cannot set the time of {}", printable(at.shown));
}

void MetadataWriter::set_open(int number, std::string_view shown, const Metadata& metadata,
                              bool owned) {
  const DiskName at{number, {}, shown};
  set_owner(at, metadata, true, owned);
  if (!metadata.xattrs.empty()) set_xattrs(at, metadata);
  if (::fchmod(number, metadata.mode & 07777) != 0) {
    fail_errno("cannot set the mode of {}", printable(shown));
  }
  set_mtime(at, metadata.mtime);
}

void MetadataWriter::set_named(const DiskName& at, bool is_symlink, const Metadata& metadata) {
  set_owner(at, metadata, false, false);
  if (!metadata.xattrs.empty()) set_xattrs(at, metadata);
  if (!is_symlink && ::fchmodat(at.directory, at.name.c_str(), metadata.mode & 07777, 0) != 0) {
    fail_errno("cannot set the mode of {}", printable(at.shown));
  }
  set_mtime(at, metadata.mtime);
}

void MetadataWriter::drop_xattrs(int number, std::string_view shown) {
  std::string names(1024, '\0');
  for (;;) {
    const ssize_t size = ::flistxattr(number, names.data(), names.size());
    if (size >= 0) {
      names.resize(static_cast<std::size_t>(size));
      break;
    }
    if (errno == ENOTSUP) return;
    if (errno != ERANGE) fail_errno("cannot list the attributes of {}", printable(shown));
    names.resize(names.size() * 4);
  }
  for (const std::string& name : split(names, '\0')) {
    if (name != owner_xattr && !is_layer_xattr(name)) continue;
    if (::fremovexattr(number, name.c_str()) != 0 && errno != ENODATA) {
      fail_errno("cannot remove {} of {}", printable(name), printable(shown));
    }
  }
}

}  // namespace lade
