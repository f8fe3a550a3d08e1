// Squashing works on tocs. What the upper layers show together is their merged tree; what they
// remove is every whiteout whose path they do not show again and the layers below do have. Contents
// are copied from the layers that show them.
#include "builder/build/squash.h"

#include <algorithm>
#include <set>

#include "builder/exec/hard_links.h"
#include "builder/exec/image_tree.h"
#include "builder/exec/stack_files.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/whiteout.h"

namespace lade::builder {
namespace {

struct Member {
  Entry entry;
  std::optional<TreeEntry> content{};
};

class Squasher {
 public:
  Squasher(MergedTree below, MergedTree upper)
      : below_(std::move(below)), upper_(std::move(upper)) {}

  std::vector<Member> members() {
    if (const auto root = upper_.find("")) add_shown(*root);
    upper_.walk("", [&](const TreeEntry& shown) {
      add_shown(shown);
      return true;
    });
    if (!below_.layers().empty()) {
      for (const auto& toc : upper_.layers()) add_removals(*toc);
    }
    std::sort(members_.begin(), members_.end(), [](const Member& a, const Member& b) {
      return path_less(a.entry.path, b.entry.path);
    });
    link_twins();
    return std::move(members_);
  }

 private:
  void add_shown(const TreeEntry& shown) {
    if (shown.entry.implied) return;
    Member member{to_entry(shown)};
    if (shown.entry.type == EntryType::file || shown.entry.type == EntryType::hardlink) {
      member.content = upper_.content_of(shown);
      member.entry.type = EntryType::file;
      member.entry.link_target.clear();
      member.entry.size_bytes = member.content->entry.size_bytes;
    }
    members_.push_back(std::move(member));
  }

  void add_removals(const Toc& toc) {
    for (std::size_t i = 0; i < toc.size(); ++i) {
      const TocEntry entry = toc.at(i);
      if (!entry.whiteout && !entry.opaque) continue;
      const std::string path(entry.path);
      if (!below_.find(path) || !removed_.insert(path).second) continue;
      const auto shown = upper_.find(path);
      Member member;
      member.entry.mtime = entry.mtime;
      if (!shown) {
        if (is_under_removed(path)) continue;
        member.entry.path = whiteout_name(path);
      } else if (shown->entry.type == EntryType::directory) {
        member.entry.path = opaque_name(path);
      } else {
        continue;
      }
      members_.push_back(std::move(member));
    }
  }

  /// A parent that is gone, or no directory any more, has taken the path with it.
  bool is_under_removed(const std::string& path) const {
    for (std::string_view up = parent_path(path); !up.empty(); up = parent_path(up)) {
      const auto shown = upper_.find(up);
      if (shown && shown->entry.type != EntryType::directory) return true;
      if (!shown && removed_.contains(std::string(up))) return true;
    }
    return false;
  }

  /// Names of one file become hard links to the first of them.
  void link_twins() {
    HardLinks links;
    for (Member& member : members_) {
      if (member.content && links.join(StackFiles::identity(*member.content), member.entry)) {
        member.content.reset();
      }
    }
  }

  MergedTree below_;
  MergedTree upper_;
  std::set<std::string> removed_;
  std::vector<Member> members_;
};

}  // namespace

std::vector<LayerRef> squash_layers(const Workshop& workshop, const std::vector<LayerRef>& layers,
                                    std::size_t keep) {
  if (layers.size() <= keep + 1) return layers;
  const auto cut = layers.begin() + static_cast<std::ptrdiff_t>(keep);
  std::vector<LayerRef> kept(layers.begin(), cut);
  const std::vector<LayerRef> upper(cut, layers.end());
  // the members point into its trees
  Squasher squasher(workshop.tree(kept), workshop.tree(upper));
  const std::vector<Member> members = squasher.members();
  StackFiles files(workshop.store, upper);
  const auto layer = write_layer(workshop, [&](LayerWriter& writer) {
    for (const Member& member : members) {
      workshop.require_going_on();
      if (!member.content) {
        writer.add(member.entry);
        continue;
      }
      const auto data = files.open(*member.content);
      writer.add(member.entry, *data);
    }
  });
  if (layer) kept.push_back(*layer);
  return kept;
}

}  // namespace lade::builder
