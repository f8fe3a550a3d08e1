#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/digest.h"
#include "libimage/oci/reference.h"

namespace lade {

/// A layer as Docker before 1.10 had it: a directory of the archive, named by `id`, with the
/// files VERSION, json and layer.tar (Docker Image Specification v1).
struct LegacyLayer {
  std::string id;    ///< hex
  std::string json;  ///< of the file "json"
  Digest diff_id;
};

/// One per layer, each naming the one below as its parent; the last has the settings of the image.
std::vector<LegacyLayer> legacy_layers(std::string_view config_bytes,
                                       const std::vector<Digest>& diff_ids);

/// Name -> tag -> id of the topmost layer.
using LegacyRepositories = std::map<std::string, std::map<std::string, std::string>>;

/// Notes the tags of an image; one without layers had no id then and is left out.
void add_legacy_tags(LegacyRepositories& repositories, const std::vector<Reference>& tags,
                     const std::vector<LegacyLayer>& layers);
/// The file "repositories".
std::string legacy_repositories(const LegacyRepositories& repositories);

}  // namespace lade
