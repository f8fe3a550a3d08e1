#include "libimage/transport/docker_archive_items.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/oci/reference.h"

namespace lade {
namespace {

bool has_tag(const DockerArchiveItem& item, const std::string& wanted) {
  return std::any_of(item.repo_tags.begin(), item.repo_tags.end(), [&](const std::string& tag) {
    const auto reference = Reference::try_parse(tag);
    return reference && reference->or_latest().str() == wanted;
  });
}

}  // namespace

std::vector<DockerArchiveItem> parse_docker_archive_items(std::string_view bytes,
                                                          std::string_view what) {
  const Json document = parse_json(bytes, what);
  if (!document.is_array()) fail(ErrorKind::invalid, "{} is not a JSON array", what);
  std::vector<DockerArchiveItem> items;
  for (const Json& object : document) {
    const std::string where = fmt::format("{}, image {}", what, items.size());
    if (!object.is_object()) fail(ErrorKind::invalid, "{} is not a JSON object", where);
    items.push_back({.config = get_string(object, "Config", where),
                     .repo_tags = find_strings(object, "RepoTags", where),
                     .layers = find_strings(object, "Layers", where)});
  }
  return items;
}

std::string serialize(const std::vector<DockerArchiveItem>& items) {
  Json document = Json::array();
  for (const DockerArchiveItem& item : items) {
    Json object;
    object["Config"] = item.config;
    object["RepoTags"] = item.repo_tags;
    object["Layers"] = item.layers;
    document.push_back(std::move(object));
  }
  return to_compact(document);
}

const DockerArchiveItem& choose_item(const std::vector<DockerArchiveItem>& items,
                                     const ImagePath& wanted, std::string_view what) {
  if (items.empty()) fail(ErrorKind::not_found, "{} holds no image", what);
  const std::string names = join(item_names(items), ", ");
  if (wanted.source_index) {
    if (*wanted.source_index < items.size()) return items[*wanted.source_index];
    fail(ErrorKind::not_found, "{} holds {} images: there is no @{}", what, items.size(),
         *wanted.source_index);
  }
  if (!wanted.reference) {
    if (items.size() == 1) return items.front();
    fail(ErrorKind::invalid, "{} holds {} images; name one of them: {}", what, items.size(), names);
  }
  const auto found = std::find_if(items.begin(), items.end(), [&](const DockerArchiveItem& item) {
    return has_tag(item, *wanted.reference);
  });
  if (found == items.end()) {
    fail(ErrorKind::not_found, "{} holds no image \"{}\"; it holds: {}", what, *wanted.reference,
         names);
  }
  return *found;
}

std::vector<std::string> item_names(const std::vector<DockerArchiveItem>& items) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& tags = items[i].repo_tags;
    if (tags.empty()) names.push_back(fmt::format("@{}", i));
    names.insert(names.end(), tags.begin(), tags.end());
  }
  return names;
}

}  // namespace lade
