// Members are made as they come; what a layer says about a directory is kept until the end, because
// everything made in a directory changes its times, and a directory may be closed to its owner.
// LayerNodes knows what this layer has made: a whiteout spares it, hard links are found in it, and
// its symlinks are followed on the way to a member. On the disk nothing is ever followed.
#include "libimage/layer/apply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <map>
#include <utility>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/apply_metadata.h"
#include "libimage/layer/apply_tree.h"
#include "libimage/layer/layer_nodes.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/whiteout.h"

namespace lade {
namespace {

/// Where a link waits while what has its name is removed. No member can have this name.
constexpr const char* waiting_link = ".wh..wh.lade-link";

class Applier {
 public:
  Applier(const Rootfs& root, const ApplyOptions& options)
      : root_(root),
        options_(options),
        overlay_(options.whiteouts == ApplyOptions::Whiteouts::overlay),
        tree_(root),
        metadata_(options, report_.warnings),
        buffer_(1U << 20U) {
    if (overlay_) tree_.set_implied("");
  }

  void add(const Entry& entry, TarReader& reader);
  ApplyReport finish();

 private:
  void add_member(const std::string& path, const Entry& entry, TarReader& reader);
  void add_directory(const std::string& path, const Entry& entry);
  void add_file(const std::string& path, const Metadata& metadata, Source& data);
  void add_symlink(const std::string& path, const std::string& text, const Metadata& metadata);
  void add_special(const std::string& path, const Entry& entry);
  void add_hard_link(const std::string& path, const Entry& entry);
  bool link_to(const std::string& path, const std::string& target, bool in_layer);
  void copy_from_below(const std::string& path, const std::string& target);
  void whiteout(const std::string& path);
  void opaque(const std::string& path);
  void finish_directory(const std::string& path, const ApplyTree::Touched& touched);
  /// Of a directory the archive does not name: that of the one below, if it shows through.
  Metadata implied_metadata(const std::string& path) const;

  /// A file of a lower layer that was copied because a link leads to it.
  struct Copy {
    std::string path;
    std::uint32_t inode;
  };
  const Copy* find_copy(const std::string& target) const;

  const Rootfs& root_;
  const ApplyOptions& options_;
  const bool overlay_;
  ApplyReport report_;
  LayerNodes nodes_;
  ApplyTree tree_;
  MetadataWriter metadata_;
  std::vector<std::byte> buffer_;
  std::deque<Metadata> directories_;    ///< of those the archive names; by inode
  std::map<std::string, Copy> copies_;  ///< by path in a lower layer
};

void Applier::add(const Entry& entry, TarReader& reader) {
  ++report_.members;
  const std::string name = normalize_layer_path(entry.path);
  const auto mark = parse_whiteout(name);
  if (!mark) return add_member(nodes_.place(name), entry, reader);
  switch (mark->kind) {
    case Whiteout::Kind::remove:
      return whiteout(nodes_.place(mark->path));
    case Whiteout::Kind::opaque:
      return opaque(std::string(parent_path(nodes_.place(name))));
    case Whiteout::Kind::reserved:
      return metadata_.warn(fmt::format("{} is left out: the name is reserved", printable(name)));
  }
}

void Applier::add_member(const std::string& path, const Entry& entry, TarReader& reader) {
  if (path.empty() && entry.type != EntryType::directory) {
    fail(ErrorKind::invalid, "the root of the layer is a {}, not a directory",
         to_string(entry.type));
  }
  switch (entry.type) {
    case EntryType::directory:
      return add_directory(path, entry);
    case EntryType::hardlink:
      return add_hard_link(path, entry);
    case EntryType::symlink:
      add_symlink(path, entry.link_target, metadata_of(entry));
      nodes_.put(path, EntryType::symlink, 0, entry.link_target);
      return;
    case EntryType::file:
      add_file(path, metadata_of(entry), reader.data());
      break;
    case EntryType::char_device:
    case EntryType::block_device:
    case EntryType::fifo:
      add_special(path, entry);
      break;
  }
  nodes_.put(path, entry.type, 0);
}

void Applier::add_directory(const std::string& path, const Entry& entry) {
  tree_.make_directory(path);
  nodes_.put(path, EntryType::directory, static_cast<std::uint32_t>(directories_.size()));
  directories_.push_back(metadata_of(entry));
}

void Applier::add_file(const std::string& path, const Metadata& metadata, Source& data) {
  Fd file;
  tree_.make(path, "create", [&file](int directory, const char* name) {
    file.reset(
        ::openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    return static_cast<bool>(file);
  });
  while (const std::size_t got = data.read(buffer_)) {
    write_full(file.get(), std::span(buffer_).first(got));
    report_.bytes += got;
  }
  metadata_.set_open(file.get(), path, metadata, !tree_.inherits_group());
}

void Applier::add_symlink(const std::string& path, const std::string& text,
                          const Metadata& metadata) {
  if (text.find('\0') != std::string::npos) {
    fail(ErrorKind::invalid, "the symlink {} has a NUL byte in its target", printable(path));
  }
  tree_.make(path, "create the symlink", [&text](int directory, const char* name) {
    return ::symlinkat(text.c_str(), directory, name) == 0;
  });
  metadata_.set_named({tree_.enter_parent(path), ApplyTree::name_of(path), path}, true, metadata);
}

void Applier::add_special(const std::string& path, const Entry& entry) {
  const bool is_fifo = entry.type == EntryType::fifo;
  const bool is_char = entry.type == EntryType::char_device;
  const bool fakes_whiteout = is_char && entry.device_major == 0 && entry.device_minor == 0;
  if (!is_fifo && (fakes_whiteout || options_.devices == ApplyOptions::Devices::skip)) {
    tree_.remove(path);
    metadata_.warn(fmt::format("the {} {} ({}:{}) is left out", to_string(entry.type),
                               printable(path), entry.device_major, entry.device_minor));
    return;
  }
  const mode_t type = is_fifo ? S_IFIFO : is_char ? S_IFCHR : S_IFBLK;
  const dev_t device = is_fifo ? 0 : ::makedev(entry.device_major, entry.device_minor);
  tree_.make(path, "create the device", [type, device](int directory, const char* name) {
    return ::mknodat(directory, name, type | 0600, device) == 0;
  });
  metadata_.set_named({tree_.enter_parent(path), ApplyTree::name_of(path), path}, false,
                      metadata_of(entry));
}

void Applier::add_hard_link(const std::string& path, const Entry& entry) {
  const std::string target = nodes_.place(normalize_layer_path(entry.link_target));
  const LayerNode* node = nodes_.find_present(target);
  if (target.empty() || (node != nullptr && node->type == EntryType::directory)) {
    fail(ErrorKind::invalid, "the hard link {} leads to the directory {}", printable(path),
         printable(target.empty() ? "/" : target));
  }
  if (target == path) {
    fail(ErrorKind::invalid, "the hard link {} leads to itself", printable(path));
  }
  if (node != nullptr) {
    const LayerNode found = *node;
    link_to(path, target, true);
    nodes_.put(path, found.type, found.inode, found.link_text);
    return;
  }
  std::uint32_t inode = 0;
  if (const Copy* copy = find_copy(target); copy != nullptr && copy->path != path) {
    link_to(path, copy->path, true);
    inode = copy->inode;
  } else if (overlay_ || !link_to(path, target, false)) {
    copy_from_below(path, target);
    inode = static_cast<std::uint32_t>(copies_.size() + 1);
    copies_[target] = {path, inode};
  }
  nodes_.put(path, EntryType::hardlink, inode);
}

/// The copy of a lower file, if its name still stands for it.
const Applier::Copy* Applier::find_copy(const std::string& target) const {
  const auto at = copies_.find(target);
  if (at == copies_.end()) return nullptr;
  const LayerNode* node = nodes_.find_present(at->second.path);
  const bool same =
      node != nullptr && node->type == EntryType::hardlink && node->inode == at->second.inode;
  return same ? &at->second : nullptr;
}

/// False if there is no such target.
bool Applier::link_to(const std::string& path, const std::string& target, bool in_layer) {
  Fd from;
  struct stat status {};
  const char* name = ApplyTree::name_of(target);
  try {
    from = in_layer ? tree_.open(std::string(parent_path(target))) : root_.open_parent(target);
    if (::fstatat(from.get(), name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      fail_errno("cannot inspect {}", printable(target));
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found && !in_layer) return false;
    throw;
  }
  if (S_ISDIR(status.st_mode)) {
    fail(ErrorKind::invalid, "the hard link {} leads to the directory {}", printable(path),
         printable(target));
  }
  const int directory = tree_.enter_parent(path);
  if (::linkat(from.get(), name, directory, ApplyTree::name_of(path), 0) == 0) return true;
  // what is there may be the target's own directory: the link is made first and moved in after
  if (errno != EEXIST || ::linkat(from.get(), name, directory, waiting_link, 0) != 0) {
    fail_errno("cannot link {} to {}", printable(path), printable(target));
  }
  tree_.remove(path);
  if (::renameat(tree_.enter_parent(path), waiting_link, tree_.enter_parent(path),
                 ApplyTree::name_of(path)) != 0) {
    fail_errno("cannot link {} to {}", printable(path), printable(target));
  }
  return true;
}

void Applier::copy_from_below(const std::string& path, const std::string& target) {
  std::optional<TreeEntry> found;
  if (options_.below != nullptr) {
    found = options_.below->find(options_.below->resolve(target, false));
    if (found) found = options_.below->content_of(*found);
  }
  if (found && found->entry.type == EntryType::symlink) {
    return add_symlink(path, std::string(found->entry.link_target), metadata_of(found->entry));
  }
  if (!found || found->entry.type != EntryType::file || !options_.open_below) {
    fail(ErrorKind::not_found, "the hard link {} leads to {}, a file that is in no layer",
         printable(path), printable(target));
  }
  const std::unique_ptr<Source> data = options_.open_below(*found);
  add_file(path, metadata_of(found->entry), *data);
}

void Applier::whiteout(const std::string& path) {
  const LayerNode* node = nodes_.find_present(path);
  const bool is_directory = node != nullptr && node->type == EntryType::directory;
  const bool implied = is_directory && node->implied;
  if (overlay_ && node == nullptr) {
    tree_.make(path, "make the whiteout", [](int directory, const char* name) {
      return ::mknodat(directory, name, S_IFCHR, 0) == 0;
    });
  } else if (!overlay_ && node == nullptr) {
    tree_.enter_parent(path);
    tree_.remove(path);
  } else if (!overlay_ && is_directory) {
    tree_.remove_others(path, nodes_);
    if (implied) tree_.set_implied(path);
  }
  nodes_.whiteout(path);
}

void Applier::opaque(const std::string& path) {
  const LayerNode* node = nodes_.find_present(path);
  const bool named = node != nullptr && node->type == EntryType::directory && !node->implied;
  tree_.enter(path);
  if (!overlay_) tree_.remove_others(path, nodes_);
  if (!named) tree_.set_implied(path);
  nodes_.opaque(path);
}

Metadata Applier::implied_metadata(const std::string& path) const {
  if (options_.below == nullptr) return {};
  for (std::string_view above = path;; above = parent_path(above)) {
    const LayerNode* node = nodes_.find_present(above);
    if (node != nullptr && node->opaque) return {};
    if (above.empty()) break;
  }
  const auto lower = options_.below->find(path);
  if (!lower || lower->entry.type != EntryType::directory) return {};
  return metadata_of(lower->entry);
}

void Applier::finish_directory(const std::string& path, const ApplyTree::Touched& touched) {
  const Fd directory = tree_.open(path);
  const LayerNode* node = nodes_.find_present(path);
  if (overlay_ && node != nullptr && node->opaque &&
      ::fsetxattr(directory.get(), "user.overlay.opaque", "y", 1, 0) != 0) {
    fail_errno("cannot make {} opaque", printable(path));
  }
  const std::string_view shown = path.empty() ? std::string_view("/") : path;
  const bool named = node != nullptr && !node->implied;
  if (named || touched.kind == ApplyTree::Touched::Kind::implied) {
    metadata_.drop_xattrs(directory.get(), shown);
    return metadata_.set_open(directory.get(), shown,
                              named ? directories_[node->inode] : implied_metadata(path), false);
  }
  const timespec times[2] = {{0, UTIME_OMIT}, touched.mtime};
  if (::fchmod(directory.get(), touched.mode) != 0 || ::futimens(directory.get(), times) != 0) {
    fail_errno("cannot give {} back its mode and time", printable(shown));
  }
}

ApplyReport Applier::finish() {
  // the deepest first: a directory may close the way to those below it
  const auto& touched = tree_.touched();
  for (auto at = touched.rbegin(); at != touched.rend(); ++at) {
    finish_directory(at->first, at->second);
  }
  return std::move(report_);
}

}  // namespace

ApplyReport apply_layer(Source& tar, const Rootfs& root, const ApplyOptions& options,
                        const std::string& what) {
  TarReader reader(tar, what);
  Applier applier(root, options);
  while (const auto entry = reader.next()) {
    try {
      applier.add(*entry, reader);
    } catch (Error& error) {
      error.add_context(what);
      throw;
    }
  }
  reader.drain();
  return applier.finish();
}

}  // namespace lade
