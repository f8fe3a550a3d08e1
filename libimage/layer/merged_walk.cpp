// Walking merges the sorted ranges of the layers through a heap of cursors. For the directory being
// shown a stack keeps the lowest layer that still has a say below it (its floor): cursors of lower
// layers are moved behind the directory in one step, as all cursors are behind a path whose inside
// is not wanted or not there.
#include <algorithm>
#include <vector>

#include "libimage/layer/layer_path.h"
#include "libimage/layer/merged_tree.h"

namespace lade {
namespace {

struct Cursor {
  std::string_view path;
  std::size_t layer;
  std::size_t next;
  std::size_t end;
};

/// Heap order: least path first, of equal paths the topmost layer first.
bool later(const Cursor& a, const Cursor& b) {
  if (a.path == b.path) return a.layer < b.layer;
  return path_less(b.path, a.path);
}

/// A directory on the way to the current path.
struct Level {
  std::string_view path;
  std::size_t floor;
};

class Walk {
 public:
  Walk(const std::vector<std::shared_ptr<const Toc>>& layers,
       const std::function<bool(const TreeEntry&)>& visit)
      : layers_(layers), visit_(visit) {}

  void run(std::string_view directory);

 private:
  std::size_t floor_of(std::string_view directory) const;
  void push(Cursor cursor, std::size_t next);
  void push_behind(Cursor cursor, std::string_view path) {
    push(cursor, std::max(cursor.next + 1, layers_[cursor.layer]->below(path).second));
  }
  Cursor pop();
  /// All cursors at the least path, topmost layer first, which are thereby taken.
  void take_equal(Cursor first, std::size_t floor);
  /// What the taken cursors show; sets the floor below it, or that there is nothing below.
  std::optional<TreeEntry> merge(std::size_t floor);

  const std::vector<std::shared_ptr<const Toc>>& layers_;
  const std::function<bool(const TreeEntry&)>& visit_;
  std::vector<Cursor> heap_;
  std::vector<Cursor> taken_;
  std::vector<Level> levels_;
  std::size_t floor_below_ = 0;
};

std::size_t Walk::floor_of(std::string_view directory) const {
  for (std::size_t i = layers_.size(); i-- > 0;) {
    for (std::string_view path = directory;; path = parent_path(path)) {
      if (const auto entry = layers_[i]->find(path)) {
        if (entry->whiteout || entry->type != EntryType::directory) return i + 1;
        if (entry->opaque) return i;
      }
      if (path.empty()) break;
    }
  }
  return 0;
}

void Walk::push(Cursor cursor, std::size_t next) {
  if (next >= cursor.end) return;
  cursor.next = next;
  cursor.path = layers_[cursor.layer]->path_at(next);
  heap_.push_back(cursor);
  std::push_heap(heap_.begin(), heap_.end(), later);
}

Cursor Walk::pop() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const Cursor cursor = heap_.back();
  heap_.pop_back();
  return cursor;
}

void Walk::take_equal(Cursor first, std::size_t floor) {
  taken_.assign(1, first);
  while (!heap_.empty() && heap_.front().path == first.path) {
    const Cursor next = pop();
    if (next.layer < floor) {
      push_behind(next, levels_.back().path);
    } else {
      taken_.push_back(next);
    }
  }
}

std::optional<TreeEntry> Walk::merge(std::size_t floor) {
  std::optional<TreeEntry> shown;
  floor_below_ = floor;
  for (const Cursor& cursor : taken_) {
    const TocEntry entry = layers_[cursor.layer]->at(cursor.next);
    if (entry.whiteout || entry.type != EntryType::directory) {
      floor_below_ = cursor.layer + 1;
      if (!shown && !entry.whiteout) return TreeEntry{entry, cursor.layer};
      return shown;
    }
    if (!shown || (shown->entry.implied && !entry.implied)) shown = TreeEntry{entry, cursor.layer};
    if (entry.opaque) {
      floor_below_ = cursor.layer;
      return shown;
    }
  }
  return shown;
}

void Walk::run(std::string_view directory) {
  levels_.push_back({directory, floor_of(directory)});
  for (std::size_t i = levels_.front().floor; i < layers_.size(); ++i) {
    const auto [first, last] = layers_[i]->below(directory);
    push(Cursor{{}, i, first, last}, first);
  }
  while (!heap_.empty()) {
    const Cursor first = pop();
    while (levels_.size() > 1 && !is_below(first.path, levels_.back().path)) levels_.pop_back();
    const std::size_t floor = levels_.back().floor;
    if (first.layer < floor) {
      push_behind(first, levels_.back().path);
      continue;
    }
    take_equal(first, floor);
    const auto shown = merge(floor);
    const bool directory_shown = shown && shown->entry.type == EntryType::directory;
    const bool inside = shown && visit_(*shown) && directory_shown;
    for (const Cursor& cursor : taken_) {
      if (inside) {
        push(cursor, cursor.next + 1);
      } else {
        push_behind(cursor, first.path);
      }
    }
    if (inside) levels_.push_back({first.path, floor_below_});
  }
}

}  // namespace

void MergedTree::walk(std::string_view directory,
                      const std::function<bool(const TreeEntry&)>& visit) const {
  Walk(layers_, visit).run(directory);
}

std::vector<TreeEntry> MergedTree::list(std::string_view directory) const {
  std::vector<TreeEntry> entries;
  walk(directory, [&entries](const TreeEntry& entry) {
    entries.push_back(entry);
    return false;
  });
  return entries;
}

}  // namespace lade
