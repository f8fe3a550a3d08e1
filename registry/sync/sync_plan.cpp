#include "registry/sync/sync_plan.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "libimage/base/error.h"
#include "libimage/base/pattern.h"
#include "libimage/base/semver.h"
#include "libimage/base/text.h"
#include "libimage/image/referrer.h"
#include "libimage/oci/reference.h"

namespace lade::registry {
namespace {

constexpr int directory_depth_limit = 32;

std::string without_ends(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

std::string last_part(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

/// "host:5000/path/name" is a directory's name, but none of a repository, whose parts have no
/// colons. The port goes behind what no host's name has: "host_5000/path/name".
std::string without_port(std::string name) {
  const auto slash = name.find('/');
  const auto colon = name.rfind(':', slash);
  if (slash != std::string::npos && colon != std::string::npos) name[colon] = '_';
  return name;
}

/// `name` is "host/path/repository:tag", or a part of it.
SyncItem item(std::string from, const std::string& name, const SyncTarget& target) {
  std::string called = target.scoped ? name : last_part(name);
  if (called.find('@') == std::string::npos) called += target.suffix;
  SyncItem planned{std::move(from), "", ""};
  const std::string base = without_ends(target.name);
  if (target.transport == "docker") {
    const Reference reference = Reference::parse(base + "/" + without_port(called)).or_latest();
    planned.to = "docker://" + reference.str();
    planned.place = reference.name();
  } else if (target.transport == "oci") {
    planned.to = fmt::format("oci:{}:{}", base, called);
    planned.place = base;
  } else {
    planned.to = fmt::format("dir:{}/{}", base, called);
  }
  return planned;
}

SyncItem item_of(const Reference& reference, const SyncTarget& target) {
  return item("docker://" + reference.str(), reference.str(), target);
}

Reference repository_of(const SyncRegistry& registry, const std::string& name) {
  Reference reference = Reference::parse(registry.name + "/" + name);
  if (reference.is_name_only()) return reference;
  fail(ErrorKind::invalid, "{}: \"{}\" is a repository's name; tags stand below it", registry.name,
       name);
}

Reference version_of(const Reference& repository, const std::string& tag) {
  return tag.find(':') == std::string::npos ? repository.with_tag(tag)
                                            : repository.with_digest(Digest::parse(tag));
}

template <class Wanted>
void add_tags(std::vector<SyncItem>& items, const Reference& repository, const SyncTarget& target,
              const ListTags& list, const Wanted& wanted) {
  for (const std::string& tag : list(repository.name())) {
    if (!is_attached_tag(tag) && wanted(tag)) {
      items.push_back(item_of(repository.with_tag(tag), target));
    }
  }
}

void add_directories(std::vector<SyncItem>& items, const std::filesystem::path& directory,
                     const std::string& name, const SyncTarget& target, int depth) {
  namespace fs = std::filesystem;
  if (depth > directory_depth_limit) return;
  std::error_code error;
  if (fs::is_regular_file(directory / "manifest.json", error)) {
    items.push_back(item("dir:" + directory.string(), name, target));
    return;
  }
  std::vector<fs::path> below;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.is_symlink(error) && entry.is_directory(error)) below.push_back(entry.path());
  }
  std::sort(below.begin(), below.end());
  for (const fs::path& path : below) {
    const std::string last = path.filename().string();
    add_directories(items, path, name.empty() ? last : name + "/" + last, target, depth + 1);
  }
}

}  // namespace

std::vector<SyncItem> plan_repository(const std::string& name, const SyncTarget& target,
                                      const ListTags& list) {
  const Reference reference = Reference::parse(name);
  if (!reference.is_name_only()) return {item_of(reference, target)};
  std::vector<SyncItem> items;
  add_tags(items, reference, target, list, [](const std::string&) { return true; });
  if (items.empty()) fail(ErrorKind::not_found, "{} has no tags", reference.name());
  return items;
}

std::vector<SyncItem> plan_registry(const SyncRegistry& registry, const SyncTarget& target,
                                    const ListTags& list) {
  std::vector<SyncItem> items;
  for (const auto& [name, tags] : registry.images) {
    const Reference repository = repository_of(registry, name);
    for (const std::string& tag : tags) {
      items.push_back(item_of(version_of(repository, tag), target));
    }
    if (tags.empty()) {
      add_tags(items, repository, target, list, [](const std::string&) { return true; });
    }
  }
  for (const auto& [name, regex] : registry.by_tag_regex) {
    const Pattern pattern =
        Pattern::parse(regex, fmt::format("images-by-tag-regex of {}/{}", registry.name, name));
    add_tags(items, repository_of(registry, name), target, list,
             [&](const std::string& tag) { return pattern.matches(tag); });
  }
  for (const auto& [name, text] : registry.by_semver) {
    const VersionRange range = VersionRange::parse(text);
    add_tags(items, repository_of(registry, name), target, list,
             [&](const std::string& tag) { return range.contains(tag); });
  }
  return items;
}

std::vector<SyncItem> plan_directories(const std::string& directory, const SyncTarget& target) {
  namespace fs = std::filesystem;
  const std::string base = without_ends(directory);
  std::error_code error;
  if (!fs::is_directory(base, error)) {
    fail(ErrorKind::not_found, "{} is not a directory", directory);
  }
  std::vector<SyncItem> items;
  const bool is_image = fs::is_regular_file(base + "/manifest.json", error);
  add_directories(items, base, is_image ? last_part(base) : "", target, 0);
  if (items.empty()) fail(ErrorKind::not_found, "there are no images in {}", directory);
  return items;
}

std::vector<SyncItem> plan_layout(const std::string& layout,
                                  const std::vector<std::string>& ref_names,
                                  const SyncTarget& target) {
  const std::string base = without_ends(layout);
  std::vector<SyncItem> items;
  for (const std::string& name : ref_names) {
    if (name.starts_with('@') || is_attached_tag(name)) continue;
    const bool is_tag = name.find_first_of("/:@") == std::string::npos;
    items.push_back(item(fmt::format("oci:{}:{}", base, name),
                         is_tag ? last_part(base) + ":" + name : name, target));
  }
  if (items.empty()) fail(ErrorKind::not_found, "{} has no named images", layout);
  return items;
}

}  // namespace lade::registry
