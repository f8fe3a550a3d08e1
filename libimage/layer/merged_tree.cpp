// Layers are asked from the top down. What a layer says about a path or one of the directories that
// lead to it decides whether those under it have a say: that is `hides_lower`. Since a toc holds
// every directory on the way to its entries, an entry that is there needs no look at its parents.
#include "libimage/layer/merged_tree.h"

#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"

namespace lade {
namespace {

constexpr int link_limit = 40;

TreeEntry implied_root() {
  TocEntry root;
  root.type = EntryType::directory;
  root.implied = true;
  root.mode = 0755;
  return {root, 0};
}

/// Does the layer hide what lower layers have below `directory`, by what it says about that
/// directory or one above it?
bool hides_lower(const Toc& layer, std::string_view directory) {
  for (;;) {
    const auto entry = layer.find(directory);
    if (entry && (entry->whiteout || entry->opaque || entry->type != EntryType::directory)) {
      return true;
    }
    if (directory.empty()) return false;
    directory = parent_path(directory);
  }
}

bool is_directory(const TocEntry& entry) {
  return !entry.whiteout && entry.type == EntryType::directory;
}

}  // namespace

MergedTree::MergedTree(std::vector<std::shared_ptr<const Toc>> layers)
    : layers_(std::move(layers)) {
  for (const auto& layer : layers_) {
    if (layer == nullptr) fail(ErrorKind::internal, "a merged tree was made of no layer");
  }
}

MergedTree MergedTree::with_layer(std::shared_ptr<const Toc> layer) const {
  std::vector<std::shared_ptr<const Toc>> layers = layers_;
  layers.push_back(std::move(layer));
  return MergedTree(std::move(layers));
}

std::optional<TreeEntry> MergedTree::find(std::string_view path) const {
  std::optional<TreeEntry> implied;
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const Toc& layer = *layers_[i];
    if (const auto entry = layer.find(path)) {
      if (!is_directory(*entry)) {
        if (implied || entry->whiteout) break;
        return TreeEntry{*entry, i};
      }
      if (!entry->implied) return TreeEntry{*entry, i};
      if (!implied) implied = TreeEntry{*entry, i};
      if (entry->opaque) break;
    }
    if (!path.empty() && hides_lower(layer, parent_path(path))) break;
  }
  if (!implied && path.empty()) return implied_root();
  return implied;
}

TreeEntry MergedTree::content_of(const TreeEntry& entry) const {
  if (entry.entry.type != EntryType::hardlink || entry.layer >= layers_.size()) return entry;
  if (!entry.entry.link_below) {
    const auto target = layers_[entry.layer]->find(entry.entry.link_target);
    return target && !target->whiteout ? TreeEntry{*target, entry.layer} : entry;
  }
  const auto end = layers_.begin() + static_cast<std::ptrdiff_t>(entry.layer);
  const MergedTree lower(std::vector(layers_.begin(), end));
  try {
    const auto target = lower.find(lower.resolve(entry.entry.link_target, false));
    return target ? lower.content_of(*target) : entry;
  } catch (const Error& error) {
    // a way that runs in circles leads to nothing
    if (error.kind() == ErrorKind::invalid) return entry;
    throw;
  }
}

std::string MergedTree::resolve(std::string_view path, bool follow_last) const {
  std::vector<std::string> rest;
  const auto push = [&rest](std::string_view components) {
    for (; !components.empty(); components = parent_path(components)) {
      const std::string_view name = base_name(components);
      if (!name.empty() && name != ".") rest.emplace_back(name);
    }
  };
  push(path);
  std::string done;
  int links = 0;
  while (!rest.empty()) {
    const std::string name = std::move(rest.back());
    rest.pop_back();
    if (name == "..") {
      done = parent_path(done);
      continue;
    }
    std::string next = done.empty() ? name : done + "/" + name;
    auto entry = rest.empty() && !follow_last ? std::nullopt : find(next);
    if (entry) entry = content_of(*entry);
    if (!entry || entry->entry.type != EntryType::symlink) {
      done = std::move(next);
      continue;
    }
    if (++links > link_limit) {
      fail(ErrorKind::invalid, "{} leads through more than {} symlinks", printable(path),
           link_limit);
    }
    if (entry->entry.link_target.starts_with('/')) done.clear();
    push(entry->entry.link_target);
  }
  return normalize_layer_path(done);
}

std::optional<TreeEntry> MergedTree::find_resolved(std::string_view path) const {
  return find(resolve(path));
}

}  // namespace lade
