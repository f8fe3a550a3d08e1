// Both trees are walked in path_less order, side by side, as lists are merged.
#include "libimage/layer/tree_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/layer/layer_path.h"

namespace lade {
namespace {

std::vector<TreeEntry> list_all(const MergedTree& tree) {
  std::vector<TreeEntry> all;
  tree.walk("", [&](const TreeEntry& entry) {
    all.push_back(entry);
    return true;
  });
  return all;
}

class Comparison {
 public:
  Comparison(const MergedTree& before, const MergedTree& after, const TreeDiffOptions& options)
      : before_(before), after_(after), options_(options) {}

  /// What differs in an entry that both have.
  std::vector<std::string> facts(const TreeEntry& old_entry, const TreeEntry& new_entry) const {
    std::vector<std::string> facts;
    const TocEntry was = before_.content_of(old_entry).entry;
    const TocEntry is = after_.content_of(new_entry).entry;
    const auto say = [&](bool differs, const std::string& fact) {
      if (differs) facts.push_back(fact);
    };
    say(was.type != is.type, fmt::format("type {} to {}", to_string(was.type), to_string(is.type)));
    say(was.mode != is.mode, fmt::format("mode {:04o} to {:04o}", was.mode, is.mode));
    say(was.uid != is.uid || was.gid != is.gid,
        fmt::format("owner {}:{} to {}:{}", was.uid, was.gid, is.uid, is.gid));
    if (was.type == is.type) {
      say(was.type == EntryType::symlink && was.link_target != is.link_target,
          fmt::format("target {} to {}", was.link_target, is.link_target));
      say(was.size_bytes != is.size_bytes,
          fmt::format("size {} to {}", was.size_bytes, is.size_bytes));
      say(was.size_bytes == is.size_bytes && !std::ranges::equal(was.content_hash, is.content_hash),
          "contents");
      say(was.device_major != is.device_major || was.device_minor != is.device_minor,
          fmt::format("device {}:{} to {}:{}", was.device_major, was.device_minor, is.device_major,
                      is.device_minor));
    }
    say(was.encoded_xattrs != is.encoded_xattrs && was.xattrs() != is.xattrs(),
        "extended attributes");
    say(options_.times && was.mtime != is.mtime,
        fmt::format("time {} to {}", to_rfc3339(was.mtime), to_rfc3339(is.mtime)));
    return facts;
  }

 private:
  const MergedTree& before_;
  const MergedTree& after_;
  TreeDiffOptions options_;
};

}  // namespace

std::string_view to_string(TreeDifference::Kind kind) {
  switch (kind) {
    case TreeDifference::Kind::added:
      return "added";
    case TreeDifference::Kind::removed:
      return "removed";
    case TreeDifference::Kind::changed:
      return "changed";
  }
  return "changed";
}

std::vector<TreeDifference> compare_trees(const MergedTree& before, const MergedTree& after,
                                          const TreeDiffOptions& options) {
  const std::vector<TreeEntry> old_entries = list_all(before);
  const std::vector<TreeEntry> new_entries = list_all(after);
  const Comparison comparison(before, after, options);
  std::vector<TreeDifference> found;
  const auto alone = [&](const TreeEntry& entry, TreeDifference::Kind kind) {
    found.push_back({std::string(entry.entry.path), kind});
  };
  auto old_at = old_entries.begin();
  auto new_at = new_entries.begin();
  while (old_at != old_entries.end() || new_at != new_entries.end()) {
    const bool old_first =
        new_at == new_entries.end() ||
        (old_at != old_entries.end() && path_less(old_at->entry.path, new_at->entry.path));
    if (old_first) {
      alone(*old_at++, TreeDifference::Kind::removed);
    } else if (old_at == old_entries.end() || path_less(new_at->entry.path, old_at->entry.path)) {
      alone(*new_at++, TreeDifference::Kind::added);
    } else {
      auto facts = comparison.facts(*old_at, *new_at);
      if (!facts.empty()) {
        found.push_back(
            {std::string(old_at->entry.path), TreeDifference::Kind::changed, std::move(facts)});
      }
      ++old_at;
      ++new_at;
    }
  }
  return found;
}

}  // namespace lade
