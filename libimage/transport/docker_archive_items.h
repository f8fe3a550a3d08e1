#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/transport/image_path.h"

namespace lade {

/// One image of a docker-archive's manifest.json.
struct DockerArchiveItem {
  std::string config;  ///< member names
  std::vector<std::string> repo_tags{};
  std::vector<std::string> layers{};
};

/// `invalid` for what is not such a document; `what` names it.
std::vector<DockerArchiveItem> parse_docker_archive_items(std::string_view bytes,
                                                          std::string_view what);
std::string serialize(const std::vector<DockerArchiveItem>& items);

/// The image that `wanted` means. `not_found` and `invalid` (several, and none asked for) list the
/// names.
const DockerArchiveItem& choose_item(const std::vector<DockerArchiveItem>& items,
                                     const ImagePath& wanted, std::string_view what);
/// All tags; "@index" for an image that has none.
std::vector<std::string> item_names(const std::vector<DockerArchiveItem>& items);

}  // namespace lade
