// What was meant by a path that is not there: the path is followed as far as it goes, and at the
// first name that is missing the directory is asked for one like it. If there is none, or it leads
// to nothing, a file of the very same name is looked for elsewhere in the tree.
#include "builder/exec/missing_source.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "builder/containerfile/path_pattern.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"

namespace lade::builder {
namespace {

/// Where the search for a name ends: a hint is not worth reading a large tree.
constexpr std::size_t search_limit = 20'000;

bool is_directory(SourceTree& tree, const std::string& path) {
  const auto entry = tree.find(path);
  return entry && entry->type == EntryType::directory;
}

std::string child_of(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : fmt::format("{}/{}", directory, name);
}

/// The name in a directory that is like `name`.
std::optional<std::string> near_name(SourceTree& tree, const std::string& directory,
                                     std::string_view name) {
  const std::string real = resolve(tree, directory);
  if (!is_directory(tree, real)) return std::nullopt;
  const std::vector<Entry> entries = tree.list(real);
  std::vector<std::string_view> names;
  for (const Entry& entry : entries) {
    const std::string_view candidate = base_name(entry.path);
    if (to_lower(candidate) == to_lower(name)) return std::string(candidate);
    names.push_back(candidate);
  }
  return did_you_mean(name, names);
}

/// The path with its misspelt names put right.
std::optional<std::string> near_path(SourceTree& tree, const std::vector<std::string>& parts) {
  std::string done;
  for (const std::string& part : parts) {
    const std::string next = child_of(done, part);
    if (tree.find(resolve(tree, next))) {
      done = next;
      continue;
    }
    const auto near = near_name(tree, done, part);
    if (!near) return std::nullopt;
    done = child_of(done, *near);
  }
  return done;
}

/// The shallowest file or directory of this name.
std::optional<std::string> same_name(SourceTree& tree, std::string_view name) {
  std::deque<std::string> directories = {""};
  std::size_t seen = 0;
  while (!directories.empty() && seen < search_limit) {
    const std::string directory = std::move(directories.front());
    directories.pop_front();
    for (const Entry& entry : tree.list(directory)) {
      ++seen;
      if (base_name(entry.path) == name) return entry.path;
      if (entry.type == EntryType::directory) directories.push_back(entry.path);
    }
  }
  return std::nullopt;
}

std::string hint(SourceTree& tree, std::string_view pattern) {
  std::vector<std::string> parts;
  bool wild = false;
  for (std::string& part : split(pattern, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return {};
    wild = containerfile::PathPattern::has_wildcards(part);
    if (wild) break;
    parts.push_back(std::move(part));
  }
  std::string path;
  for (const std::string& part : parts) {
    path = child_of(path, part);
    const std::string reason = tree.explain_missing(path);
    if (!reason.empty()) return (wild || path != join(parts, "/") ? path + ": " : "") + reason;
  }
  if (wild || parts.empty()) return {};
  auto meant = near_path(tree, parts);
  if (!meant) meant = same_name(tree, parts.back());
  const char* root = pattern.starts_with('/') ? "/" : "";
  return meant ? fmt::format("did you mean \"{}{}\"?", root, printable(*meant)) : "";
}

}  // namespace

void fail_missing(SourceTree& tree, std::string_view pattern) {
  std::string text;
  try {
    text = hint(tree, pattern);
  } catch (const Error&) {  // a hint that cannot be had must not hide the error
  }
  fail(ErrorKind::not_found, "{}: no such file in {}{}{}", printable(pattern), tree.name(),
       text.empty() ? "" : "; ", text);
}

}  // namespace lade::builder
