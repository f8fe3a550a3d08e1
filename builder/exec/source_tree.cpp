#include "builder/exec/source_tree.h"

#include <algorithm>

#include "builder/containerfile/path_pattern.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"

namespace lade::builder {

namespace {

constexpr int link_limit = 40;

/// `path` without its first component, which is returned.
std::string_view take_component(std::string_view& path) {
  const auto slash = path.find('/');
  const std::string_view component = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  return component;
}

std::string child_of(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : fmt::format("{}/{}", directory, name);
}

}  // namespace

std::string resolve(SourceTree& tree, std::string_view path) {
  std::string rest(path);
  std::string done;
  int links = 0;
  while (!rest.empty()) {
    std::string_view tail = rest;
    const std::string component(take_component(tail));
    std::string following(tail);
    if (component.empty() || component == ".") {
      rest = std::move(following);
      continue;
    }
    if (component == "..") {
      done = std::string(parent_path(done));
      rest = std::move(following);
      continue;
    }
    const std::string here = child_of(done, component);
    const auto entry = tree.find(here);
    if (!entry || entry->type != EntryType::symlink) {
      done = here;
      rest = std::move(following);
      continue;
    }
    if (++links > link_limit) {
      fail(ErrorKind::invalid, "{}: {} has too many levels of symbolic links", tree.name(), path);
    }
    if (entry->link_target.starts_with('/')) done.clear();
    rest = following.empty() ? entry->link_target : entry->link_target + "/" + following;
  }
  return done;
}

std::vector<std::string> match_paths(SourceTree& tree, std::string_view pattern) {
  std::vector<std::string> matches = {""};
  std::string_view rest = pattern;
  while (!rest.empty()) {
    const std::string component(take_component(rest));
    if (component.empty() || component == ".") continue;
    std::vector<std::string> next;
    for (const std::string& directory : matches) {
      if (!containerfile::PathPattern::has_wildcards(component)) {
        std::string path = child_of(directory, component);
        if (!rest.empty()) path = resolve(tree, path);
        if (tree.find(path)) next.push_back(std::move(path));
        continue;
      }
      const auto here = tree.find(directory);
      if (!here || here->type != EntryType::directory) continue;
      const auto wanted = containerfile::PathPattern::glob(component);
      for (const Entry& entry : tree.list(directory)) {
        if (wanted.matches(base_name(entry.path))) next.push_back(entry.path);
      }
    }
    matches = std::move(next);
  }
  std::sort(matches.begin(), matches.end(), path_less);
  return matches;
}

}  // namespace lade::builder
