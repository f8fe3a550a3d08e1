#include "libimage/transport/docker_legacy.h"

#include "libimage/base/json.h"
#include "libimage/oci/config.h"
#include "libimage/oci/hasher.h"

namespace lade {

std::vector<LegacyLayer> legacy_layers(std::string_view config_bytes,
                                       const std::vector<Digest>& diff_ids) {
  const Json config = parse_json(config_bytes, "config");
  std::vector<LegacyLayer> layers;
  for (std::size_t i = 0; i < diff_ids.size(); ++i) {
    Json json = Json::object();
    if (i > 0) json["parent"] = layers.back().id;
    if (i + 1 == diff_ids.size()) {
      for (const std::string_view key : {"architecture", "config", "container", "container_config",
                                         "created", "docker_version", "os"}) {
        if (const Json* value = find_member(config, key, "config")) json[key] = *value;
      }
    }
    // the chain id tells apart equal layers that lie on different ones
    Json identity = json;
    identity["layer_id"] = chain_id(std::span(diff_ids).first(i + 1)).str();
    json["id"] = digest_of(to_compact(identity)).hex();
    layers.push_back({.id = json["id"], .json = to_compact(json), .diff_id = diff_ids[i]});
  }
  return layers;
}

void add_legacy_tags(LegacyRepositories& repositories, const std::vector<Reference>& tags,
                     const std::vector<LegacyLayer>& layers) {
  if (layers.empty()) return;
  for (const Reference& tag : tags) repositories[tag.name()][*tag.tag()] = layers.back().id;
}

std::string legacy_repositories(const LegacyRepositories& repositories) {
  Json document = Json::object();
  for (const auto& [name, tags] : repositories) document[name] = tags;
  return to_compact(document);
}

}  // namespace lade
