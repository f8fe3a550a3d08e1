#include "libimage/layer/layer_nodes.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr int link_limit = 40;

std::string below(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty()) path += '/';
  return path.append(name);
}

/// The components of a path, last one first.
void push_components(std::string_view path, std::vector<std::string>& stack) {
  while (!path.empty()) {
    const std::string_view name = base_name(path);
    if (!name.empty() && name != ".") stack.emplace_back(name);
    path = parent_path(path);
  }
}

}  // namespace

const LayerNode* LayerNodes::find(std::string_view path) const {
  const auto at = nodes_.find(path);
  return at == nodes_.end() ? nullptr : &at->second;
}

const LayerNode* LayerNodes::find_present(std::string_view path) const {
  const LayerNode* node = find(path);
  return node == nullptr || node->whiteout ? nullptr : node;
}

std::string LayerNodes::follow(std::string_view directory) const {
  std::vector<std::string> rest;
  push_components(directory, rest);
  std::string done;
  int links = 0;
  while (!rest.empty()) {
    const std::string name = std::move(rest.back());
    rest.pop_back();
    if (name == "..") {
      done = parent_path(done);
      continue;
    }
    std::string next = below(done, name);
    const LayerNode* node = find_present(next);
    if (node == nullptr || node->type != EntryType::symlink) {
      done = std::move(next);
      continue;
    }
    if (++links > link_limit) {
      fail(ErrorKind::invalid, "{} leads through more than {} symlinks", printable(directory),
           link_limit);
    }
    if (node->link_text.starts_with('/')) done.clear();
    push_components(node->link_text, rest);
  }
  return normalize_layer_path(done);
}

std::string LayerNodes::place(std::string_view path) {
  const std::string_view directory = parent_path(path);
  if (symlinks_ == 0 || directory.empty()) return std::string(path);
  if (last_directory_ != directory) {
    last_followed_ = follow(directory);
    last_directory_ = directory;
  }
  return below(last_followed_, base_name(path));
}

void LayerNodes::drop_below(Place place) {
  const auto first = std::next(place);
  auto last = first;
  for (; last != nodes_.end() && is_below(last->first, place->first); ++last) {
    if (last->second.type == EntryType::symlink) --symlinks_;
  }
  nodes_.erase(first, last);
  last_implied_.clear();
  last_directory_.clear();
}

void LayerNodes::imply(std::string_view path, bool opaque) {
  const auto at = nodes_.find(path);
  if (at == nodes_.end()) {
    nodes_.emplace_hint(at, path,
                        LayerNode{.type = EntryType::directory, .opaque = opaque, .implied = true});
    return;
  }
  LayerNode& node = at->second;
  if (node.whiteout || node.type != EntryType::directory) {
    if (node.type == EntryType::symlink) --symlinks_;
    last_directory_.clear();
    node = LayerNode{.type = EntryType::directory, .opaque = true, .implied = true};
  } else if (opaque) {
    node.opaque = true;
  }
}

void LayerNodes::imply_parents(std::string_view path) {
  const std::string_view parent = parent_path(path);
  if (parent == last_implied_) return;
  for (std::size_t end = 0; end != parent.size();) {
    end = std::min(parent.find('/', end + 1), parent.size());
    imply(parent.substr(0, end), false);
  }
  last_implied_ = parent;
}

LayerNodes::Place LayerNodes::put(const std::string& path, EntryType type, std::uint32_t inode,
                                  std::string_view link_text) {
  imply_parents(path);
  const auto [at, is_new] = nodes_.try_emplace(path);
  LayerNode& node = at->second;
  const bool was_directory = !is_new && !node.whiteout && node.type == EntryType::directory;
  if (!is_new && node.type == EntryType::symlink) {
    --symlinks_;
    last_directory_.clear();
  }
  if (type == EntryType::directory) {
    node.opaque = was_directory ? node.opaque : !is_new;
  } else {
    if (was_directory) drop_below(at);
    node.opaque = false;
  }
  node.type = type;
  node.whiteout = false;
  node.implied = false;
  node.inode = inode;
  node.link_text = link_text;
  if (type == EntryType::symlink) {
    ++symlinks_;
    last_directory_.clear();
  }
  return at;
}

LayerNodes::Place LayerNodes::whiteout(const std::string& path) {
  imply_parents(path);
  const auto [at, is_new] = nodes_.try_emplace(path);
  LayerNode& node = at->second;
  if (is_new) {
    node.whiteout = true;
  } else if (!node.whiteout && node.type == EntryType::directory) {
    node.opaque = true;
  }
  return at;
}

LayerNodes::Place LayerNodes::opaque(const std::string& path) {
  imply_parents(path);
  imply(path, true);
  return nodes_.find(path);
}

}  // namespace lade
