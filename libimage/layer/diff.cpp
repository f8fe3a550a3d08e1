// The directory is walked with the members of each directory sorted by the names they get in the
// layer, so that whiteouts and opaque markers fall into their places. Each file is opened,
// inspected and read through one descriptor, once; nothing is followed.
#include "libimage/layer/diff.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/apply_metadata.h"
#include "libimage/layer/directory_list.h"
#include "libimage/layer/disk_entry.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/whiteout.h"

namespace lade {
namespace {

/// As many bytes as the file had when it was opened.
class FileContents final : public Source {
 public:
  FileContents(int file, std::uint64_t size_bytes, std::string_view shown)
      : file_(file), left_bytes_(size_bytes), shown_(shown) {}

  std::size_t read(std::span<std::byte> buffer) override {
    if (left_bytes_ == 0) return 0;
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_bytes_));
    const std::size_t got = read_some(file_, buffer.first(wanted));
    if (got == 0)
      fail(ErrorKind::conflict, "{} became shorter while it was read", printable(shown_));
    left_bytes_ -= got;
    return got;
  }

 private:
  int file_;
  std::uint64_t left_bytes_;
  std::string_view shown_;
};

/// A name in a directory, and the member name it sorts by.
struct Child {
  std::string member;
  std::string name;
};

/// Does overlayfs say that the name is removed?
bool is_whiteout(int directory, const std::string& name) {
  struct stat status {};
  return ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISCHR(status.st_mode) && status.st_rdev == 0;
}

/// The attributes of an entry that unpacking it would have set.
std::map<std::string, std::string> layer_xattrs(const TocEntry& entry) {
  auto xattrs = entry.xattrs();
  std::erase_if(xattrs, [](const auto& item) { return !is_layer_xattr(item.first); });
  return xattrs;
}

class Diff {
 public:
  Diff(const MergedTree* below, const DiffOptions& options, LayerWriter& writer)
      : below_(below), options_(options), writer_(writer) {}

  void add_root(const Rootfs& root, bool with_root);
  std::uint64_t members() const { return members_; }

 private:
  void add_inside(int directory, const std::string& path, bool is_opaque);
  void add_child(int directory, const std::string& name, const std::string& path);
  void add_file(DiskEntry& found);
  void add_marker(const std::string& member);
  void add(const Entry& entry) {
    writer_.add(entry);
    ++members_;
  }
  bool is_unchanged(const DiskEntry& found) const;
  void keep_owner(Entry& entry) const;
  void clamp(Timestamp& time) const {
    if (options_.clamp_mtime) time = std::min(time, *options_.clamp_mtime);
  }

  const MergedTree* below_;
  const DiffOptions& options_;
  LayerWriter& writer_;
  std::uint64_t members_ = 0;
  /// Files with several names: the first of them.
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> linked_;
};

/// Is a directory the one the lower layers show, only copied up?
bool Diff::is_unchanged(const DiskEntry& found) const {
  if (below_ == nullptr || found.is_opaque) return false;
  const auto lower = below_->find(found.entry.path);
  if (!lower || lower->entry.type != EntryType::directory) return false;
  const TocEntry& entry = lower->entry;
  return entry.mode == found.entry.mode && entry.uid == found.entry.uid &&
         entry.gid == found.entry.gid &&
         (entry.mtime == found.mtime || entry.mtime == found.entry.mtime) &&
         layer_xattrs(entry) == found.entry.xattrs;
}

/// A symlink, device or pipe that is still what it was below.
void Diff::keep_owner(Entry& entry) const {
  const auto lower = below_ == nullptr ? std::nullopt : below_->find(entry.path);
  if (!lower) return;
  const TocEntry& before = lower->entry;
  if (before.type != entry.type || before.link_target != entry.link_target ||
      before.device_major != entry.device_major || before.device_minor != entry.device_minor) {
    return;
  }
  entry.uid = before.uid;
  entry.gid = before.gid;
}

/// Whiteouts and opaque markers are empty files without an owner or a time.
void Diff::add_marker(const std::string& member) {
  Entry marker;
  marker.path = member;
  add(marker);
}

void Diff::add_file(DiskEntry& found) {
  if (found.links > 1) {
    const auto [first, is_new] = linked_.try_emplace({found.device, found.inode}, found.entry.path);
    if (!is_new) {
      found.entry.type = EntryType::hardlink;
      found.entry.link_target = first->second;
      found.entry.size_bytes = 0;
      found.entry.xattrs.clear();
      return add(found.entry);
    }
  }
  FileContents contents(found.file.get(), found.entry.size_bytes, found.entry.path);
  writer_.add(found.entry, contents);
  ++members_;
  struct stat after {};
  if (::fstat(found.file.get(), &after) != 0) {
    fail_errno("cannot inspect {}", printable(found.entry.path));
  }
  const Timestamp mtime{after.st_mtim.tv_sec, static_cast<std::int32_t>(after.st_mtim.tv_nsec)};
  if (static_cast<std::uint64_t>(after.st_size) != found.entry.size_bytes || mtime != found.mtime) {
    fail(ErrorKind::conflict, "{} changed while it was read", printable(found.entry.path));
  }
}

void Diff::add_child(int directory, const std::string& name, const std::string& path) {
  DiskEntry found = read_disk_entry(directory, name, path, options_.ids);
  if (found.is_socket) return;
  if (found.is_whiteout) return add_marker(whiteout_name(path));
  found.entry.path = path;
  const bool unchanged = found.entry.type == EntryType::directory && is_unchanged(found);
  clamp(found.entry.mtime);
  switch (found.entry.type) {
    case EntryType::file:
      return add_file(found);
    case EntryType::directory:
      if (!unchanged) add(found.entry);
      return add_inside(found.file.get(), path, found.is_opaque);
    default:
      if (options_.keep_owners_below) keep_owner(found.entry);
      return add(found.entry);
  }
}

void Diff::add_inside(int directory, const std::string& path, bool is_opaque) {
  std::vector<Child> children;
  for (auto& [name, may_be_char_device] : list_directory(directory, path)) {
    const bool removed = may_be_char_device && is_whiteout(directory, name);
    if (!removed && name.starts_with(".wh.")) {
      fail(ErrorKind::unsupported, "{}/{} cannot be in a layer: its name means a whiteout",
           printable(path), printable(name));
    }
    std::string member = removed ? whiteout_name(name) : name;
    children.push_back({std::move(member), std::move(name)});
  }
  if (is_opaque) children.push_back({opaque_name(""), ""});
  std::sort(children.begin(), children.end(),
            [](const Child& a, const Child& b) { return a.member < b.member; });
  for (const Child& child : children) {
    if (child.name.empty()) {
      add_marker(opaque_name(path));
      continue;
    }
    const std::string child_path =
        normalize_layer_path(path.empty() ? child.name : path + "/" + child.name);
    if (options_.leave_out && options_.leave_out(child_path)) continue;
    add_child(directory, child.name, child_path);
  }
}

void Diff::add_root(const Rootfs& root, bool with_root) {
  DiskEntry found = read_disk_entry(root.fd(), ".", root.directory(), options_.ids);
  if (found.entry.type != EntryType::directory) {
    fail(ErrorKind::invalid, "{} is no directory", root.directory());
  }
  const bool unchanged = is_unchanged(found);
  clamp(found.entry.mtime);
  if (with_root && !unchanged) add(found.entry);
  add_inside(found.file.get(), "", found.is_opaque);
}

}  // namespace

std::uint64_t diff_overlay(const Rootfs& upper, const MergedTree& below, const DiffOptions& options,
                           LayerWriter& writer) {
  Diff diff(&below, options, writer);
  diff.add_root(upper, options.with_root);
  return diff.members();
}

std::uint64_t write_tree(const Rootfs& root, const DiffOptions& options, bool with_root,
                         LayerWriter& writer) {
  Diff diff(nullptr, options, writer);
  diff.add_root(root, with_root);
  return diff.members();
}

}  // namespace lade
