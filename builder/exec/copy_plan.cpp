// A COPY is planned before a byte is written: which paths the layer will hold, with which owner and
// mode, and which file each one's contents come from. The plan is sorted, so it is at once the list
// that the layer is written from and the text that its cache key is the digest of. What exists
// below is asked of the merged tree: links in the destination are followed there, directories that
// exist keep their metadata and are repeated in the layer, because other tools unpack layers one
// by one and would make missing parents anew.
#include "builder/exec/copy_plan.h"

#include <algorithm>
#include <map>

#include "builder/containerfile/ignore.h"
#include "builder/exec/file_mode.h"
#include "builder/exec/hard_links.h"
#include "builder/exec/image_tree.h"
#include "builder/exec/missing_source.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

/// An absolute path in the image from one that may be relative to the working directory, ".." at
/// the root staying there.
std::string absolute_path(std::string_view working_dir, std::string_view path) {
  const std::string joined =
      path.starts_with('/') ? std::string(path) : fmt::format("{}/{}", working_dir, path);
  std::vector<std::string> parts;
  for (std::string& part : split(joined, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else {
      parts.push_back(std::move(part));
    }
  }
  return join(parts, "/");
}

std::string below(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  return name.empty() ? std::string(directory) : fmt::format("{}/{}", directory, name);
}

class Planner {
 public:
  Planner(const CopyOp& op, const CopyOwner& owner, const MergedTree& base, Timestamp now)
      : op_(op),
        owner_(owner),
        base_(base),
        now_(now),
        excludes_(containerfile::IgnoreRules::of(op.excludes)) {
    if (!op.chmod.empty()) mode_ = ModeChange::parse(op.chmod);
  }

  std::vector<CopyItem> plan(const std::vector<CopySource>& sources) {
    const bool slash = op_.destination.ends_with('/') || op_.destination == "." ||
                       op_.destination.ends_with("/.") || op_.destination.empty();
    std::string destination = absolute_path(op_.working_dir, op_.destination);
    if (!op_.link) destination = base_.resolve(destination);
    std::vector<std::pair<const CopySource*, std::string>> found;
    for (const CopySource& source : sources) {
      for (std::string& path : find(source)) found.emplace_back(&source, std::move(path));
    }
    const bool into = slash || op_.parents || found.size() > 1 || is_directory(destination);
    for (const auto& [source, path] : found) take(*source, path, destination, into);
    add_parents();
    std::vector<CopyItem> items;
    items.reserve(items_.size());
    for (auto& [path, item] : items_) items.push_back(std::move(item));
    link(items);
    hash(items);
    return items;
  }

 private:
  bool is_directory(const std::string& path) const {
    if (path.empty()) return true;
    if (op_.link) return false;
    const auto found = base_.find(path);
    return found && found->entry.type == EntryType::directory;
  }

  std::vector<std::string> find(const CopySource& source) const {
    if (source.unpacked) return {""};
    if (source.literal) return {source.pattern};
    const std::string pattern = absolute_path("", source.pattern);
    std::vector<std::string> paths = match_paths(*source.tree, pattern);
    if (paths.empty()) fail_missing(*source.tree, source.pattern);
    return paths;
  }

  /// What --parents keeps of a source's path: all, or what follows its "/./".
  std::string kept_path(const CopySource& source, const std::string& path) const {
    const auto pivot = source.pattern.find("/./");
    if (pivot == std::string::npos) return path;
    const std::string before = absolute_path("", source.pattern.substr(0, pivot));
    const auto depth = before.empty() ? 0 : std::count(before.begin(), before.end(), '/') + 1;
    std::string_view kept = path;
    for (std::ptrdiff_t i = 0; i < depth; ++i) {
      const auto slash = kept.find('/');
      if (slash == std::string_view::npos) return std::string(base_name(path));
      kept.remove_prefix(slash + 1);
    }
    return std::string(kept);
  }

  void take(const CopySource& source, const std::string& path, const std::string& destination,
            bool into) {
    const std::string real = resolve(*source.tree, path);
    const auto entry = source.tree->find(real);
    if (!entry) {
      fail(ErrorKind::not_found, "{}: the link leads to {}, which is not in {}", path, real,
           source.tree->name());
    }
    if (op_.parents) {
      const std::string kept = kept_path(source, path);
      add_source_parents(source, path, kept, destination);
      take_tree(source, *entry, place_of(*entry, below(destination, kept)), kept);
    } else if (entry->type == EntryType::directory) {
      take_directory(source, *entry, destination);
    } else {
      const std::string name(base_name(path));
      if (excludes_.excludes(name)) return;
      add_entry(source, *entry, into ? below(destination, name) : destination);
    }
  }

  /// The directories on the way to a source that --parents keeps, as the source has them.
  void add_source_parents(const CopySource& source, const std::string& path,
                          const std::string& kept, const std::string& destination) {
    std::string from(parent_path(path));
    std::string_view to = parent_path(kept);
    for (; !to.empty(); to = parent_path(to), from = std::string(parent_path(from))) {
      const auto entry = source.tree->find(resolve(*source.tree, from));
      if (entry && entry->type == EntryType::directory) {
        add_entry(source, *entry, below(destination, to));
      }
    }
  }

  void take_directory(const CopySource& source, const Entry& directory,
                      const std::string& destination) {
    // an existing directory keeps what it is, a new one becomes what the source is
    if (!destination.empty() && !is_directory(destination) && !source.unpacked) {
      add_entry(source, directory, destination);
    }
    take_below(source, directory.path, destination, "");
  }

  void take_tree(const CopySource& source, const Entry& entry, const std::string& target,
                 const std::string& relative) {
    if (excludes_.excludes(relative)) return;
    add_entry(source, entry, target);
    if (entry.type == EntryType::directory) take_below(source, entry.path, target, relative);
  }

  void take_below(const CopySource& source, const std::string& directory, const std::string& target,
                  const std::string& relative) {
    for (const Entry& entry : source.tree->list(directory)) {
      const std::string name(base_name(entry.path));
      const std::string inner = below(relative, name);
      const bool excluded = excludes_.excludes(inner);
      if (excluded && (entry.type != EntryType::directory || excludes_.excludes_all_below(inner))) {
        continue;
      }
      const std::string place = place_of(entry, below(target, name));
      if (!excluded) add_entry(source, entry, place);
      if (entry.type == EntryType::directory) take_below(source, entry.path, place, inner);
    }
  }

  /// Where an entry goes: a directory into the one that a link of that name below leads to, so that
  /// lib/ goes into usr/lib/ where lib is a link to it.
  std::string place_of(const Entry& entry, const std::string& target) const {
    if (op_.link || entry.type != EntryType::directory) return target;
    const auto there = base_.find(target);
    if (!there || there->entry.type != EntryType::symlink) return target;
    std::string real = base_.resolve(target);
    return is_directory(real) ? real : target;
  }

  void add_entry(const CopySource& source, const Entry& entry, const std::string& target) {
    check_target(entry, target);
    CopyItem item{entry, std::nullopt, source.tree};
    item.entry.path = target;
    if (entry.type == EntryType::file) item.source = entry;
    item.entry.user_name.clear();
    item.entry.group_name.clear();
    if (!owner_.keep) {
      item.entry.uid = owner_.uid;
      item.entry.gid = owner_.gid;
    }
    if (mode_ && entry.type != EntryType::symlink) {
      item.entry.mode = mode_->apply(entry.mode, entry.type == EntryType::directory);
    }
    items_.insert_or_assign(target, std::move(item));
  }

  void check_target(const Entry& entry, const std::string& target) const {
    if (op_.link) return;
    const auto there = base_.find(target);
    if (!there) return;
    const bool is_dir = entry.type == EntryType::directory;
    const bool was_dir = there->entry.type == EntryType::directory;
    if (was_dir && !is_dir) {
      fail(ErrorKind::invalid, "cannot replace the directory /{} by the {} {}", target,
           to_string(entry.type), entry.path);
    }
  }

  void add_parents() {
    std::map<std::string, CopyItem, PathLess> parents;
    for (const auto& [path, item] : items_) {
      for (std::string_view up = parent_path(path); !up.empty(); up = parent_path(up)) {
        if (items_.contains(up) || parents.contains(up)) break;
        parents.emplace(std::string(up), parent(up));
      }
    }
    items_.merge(parents);
  }

  CopyItem parent(std::string_view path) const {
    CopyItem item;
    const auto there = op_.link ? std::nullopt : base_.find(path);
    if (there && there->entry.type != EntryType::directory) {
      fail(ErrorKind::invalid, "cannot copy into /{}: it is a {}", path,
           to_string(there->entry.type));
    }
    if (there) {
      item.entry = to_entry(*there);
      item.inherited = true;
    } else {
      item.entry.type = EntryType::directory;
      item.entry.mode = 0755;
      item.entry.uid = owner_.keep ? 0 : owner_.uid;
      item.entry.gid = owner_.keep ? 0 : owner_.gid;
      item.entry.mtime = now_;
    }
    item.entry.path = std::string(path);
    return item;
  }

  /// Names of one file stay so.
  static void link(std::vector<CopyItem>& items) {
    std::map<SourceTree*, HardLinks> links;
    for (CopyItem& item : items) {
      if (!item.source) continue;
      const std::string identity = item.tree->identity(*item.source);
      if (!identity.empty() && links[item.tree].join(identity, item.entry)) item.source.reset();
    }
  }

  /// Asks each tree once for the digests of all its files.
  static void hash(std::vector<CopyItem>& items) {
    std::map<SourceTree*, std::vector<std::size_t>> by_tree;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].source) by_tree[items[i].tree].push_back(i);
    }
    for (const auto& [tree, indexes] : by_tree) {
      std::vector<Entry> files;
      files.reserve(indexes.size());
      for (const std::size_t i : indexes) files.push_back(*items[i].source);
      const std::vector<Digest> digests = tree->hash(files);
      for (std::size_t k = 0; k < indexes.size(); ++k) items[indexes[k]].content = digests[k];
    }
  }

  const CopyOp& op_;
  const CopyOwner& owner_;
  const MergedTree& base_;
  Timestamp now_;
  containerfile::IgnoreRules excludes_;
  std::optional<ModeChange> mode_;
  std::map<std::string, CopyItem, PathLess> items_;
};

}  // namespace

std::vector<CopyItem> plan_copy(const CopyOp& op, const std::vector<CopySource>& sources,
                                const CopyOwner& owner, const MergedTree& base, Timestamp now) {
  return Planner(op, owner, base, now).plan(sources);
}

Digest copy_key(const std::vector<CopyItem>& items, bool with_times) {
  Hasher hasher;
  const auto number = [&](std::uint64_t value) {
    hasher.update(std::as_bytes(std::span(&value, 1)));
  };
  const auto text = [&](std::string_view value) {
    number(value.size());
    hasher.update(value);
  };
  for (const CopyItem& item : items) {
    const Entry& entry = item.entry;
    text(entry.path);
    number(static_cast<std::uint64_t>(entry.type));
    number(entry.mode);
    number(entry.uid);
    number(entry.gid);
    number(entry.size_bytes);
    text(entry.link_target);
    number(std::uint64_t{entry.device_major} << 32U | entry.device_minor);
    number(entry.xattrs.size());
    for (const auto& [name, value] : entry.xattrs) {
      text(name);
      text(value);
    }
    if (item.content) hasher.update(item.content->hash());
    if (with_times) {
      number(static_cast<std::uint64_t>(entry.mtime.seconds));
      number(static_cast<std::uint64_t>(entry.mtime.nanoseconds));
    }
  }
  return hasher.finish();
}

}  // namespace lade::builder
