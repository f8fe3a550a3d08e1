// externalParameters is what the user decides and a verifier must check; internalParameters what
// Lade decided itself; resolvedDependencies every byte that came from elsewhere, so that a rebuild
// can be held to the same.
#include "builder/build/provenance.h"

#include <algorithm>

#include "libimage/base/url.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {
namespace {

Json digests_of(const std::map<std::string, std::string>& digests) {
  Json json = Json::object();
  for (const auto& [algorithm, hex] : digests) json[algorithm] = hex;
  return json;
}

Json descriptor_of(const Material& material) {
  Json json = Json::object();
  if (!material.uri.empty()) json["uri"] = material.uri;
  json["digest"] = digests_of(material.digests);
  if (!material.name.empty()) json["name"] = material.name;
  return json;
}

/// A package URL of the type docker, as BuildKit writes it; what is on no registry keeps its name.
std::string image_uri(const BaseImage& image, const Platform& platform) {
  const auto reference = Reference::try_parse(image.name);
  if (!reference) return image.name;
  std::string path = reference->path();
  if (reference->domain() != "docker.io") {
    path = reference->domain() + "/" + path;
  } else if (path.starts_with("library/")) {
    path.erase(0, std::string_view("library/").size());
  }
  const std::string version = reference->tag() ? "@" + percent_encode(*reference->tag()) : "";
  return fmt::format("pkg:docker/{}{}?digest={}&platform={}", path, version,
                     percent_encode(image.digest.str()), percent_encode(platform.str()));
}

Json dependencies_of(const BuildOptions& options, const BuildRecord& record) {
  std::vector<Material> all = record.materials;
  for (const BaseImage& image : record.images) {
    all.push_back(
        {.uri = image_uri(image, options.platform),
         .name = image.name,
         .digests = {{std::string(to_string(image.digest.algorithm())), image.digest.hex()}}});
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  Json list = Json::array();
  for (const Material& material : all) list.push_back(descriptor_of(material));
  return list;
}

template <class Map>
Json names_of(const Map& map) {
  Json names = Json::array();
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

Json values_of(const std::map<std::string, std::string>& map) {
  Json values = Json::object();
  for (const auto& [name, value] : map) values[name] = value;
  return values;
}

std::string_view to_string(BuildOptions::Squash squash) {
  switch (squash) {
    case BuildOptions::Squash::none:
      return "none";
    case BuildOptions::Squash::new_layers:
      return "new";
    case BuildOptions::Squash::all:
      return "all";
  }
  return "none";
}

Json request_of(const BuildOptions& options, ProvenanceMode mode) {
  const bool all = mode == ProvenanceMode::max;
  Json request = Json::object();
  request["platform"] = options.platform.str();
  if (!options.target.empty()) request["target"] = options.target;
  request["format"] = lade::to_string(options.format);
  request["compression"] = lade::to_string(options.compression);
  if (options.compression_level) request["compressionLevel"] = *options.compression_level;
  if (options.squash != BuildOptions::Squash::none) request["squash"] = to_string(options.squash);
  if (!options.inherit_labels) request["inheritLabels"] = false;
  if (options.epoch) request["epoch"] = options.epoch->seconds;
  request["buildArgs"] = all ? values_of(options.build_args) : names_of(options.build_args);
  request["labels"] = values_of(options.labels);
  request["annotations"] = values_of(options.annotations);
  request["contexts"] = names_of(options.named_contexts);
  request["secrets"] = names_of(options.secrets);
  request["network"] = options.run.network == Network::none ? "none" : "host";
  return request;
}

Json config_source_of(const BuildOptions& options, const ProvenanceFacts& facts) {
  Json source = Json::object();
  if (!facts.context_uri.empty()) source["uri"] = facts.context_uri;
  source["path"] = options.containerfile_path;
  source["digest"] = {{"sha256", digest_of(options.containerfile).hex()}};
  if (!options.ignore_file.empty()) {
    source["ignoreDigest"] = {{"sha256", digest_of(options.ignore_file).hex()}};
  }
  if (facts.mode == ProvenanceMode::max) source["content"] = options.containerfile;
  return source;
}

Json byproducts_of(const BuildRecord& record) {
  Json list = Json::array();
  for (const LayerRef& layer : record.layers) {
    list.push_back({{"name", "layer"},
                    {"digest", {{"sha256", layer.blob.digest.hex()}}},
                    {"mediaType", layer.blob.media_type},
                    {"annotations", {{"diffId", layer.diff_id.str()}}}});
  }
  return list;
}

}  // namespace

Json provenance_predicate(const BuildOptions& options, const BuildRecord& record,
                          const ProvenanceFacts& facts) {
  Json definition = Json::object();
  definition["buildType"] = containerfile_build_type;
  definition["externalParameters"] = {{"configSource", config_source_of(options, facts)},
                                      {"request", request_of(options, facts.mode)}};
  definition["internalParameters"] = {{"builderPlatform", host_platform().str()}};
  definition["resolvedDependencies"] = dependencies_of(options, record);
  Json metadata = Json::object();
  if (!options.epoch) {
    metadata["startedOn"] = to_rfc3339(facts.started);
    metadata["finishedOn"] = to_rfc3339(facts.finished);
  }
  Json details = Json::object();
  details["builder"] = {{"id", facts.builder_id}, {"version", {{"lade", facts.version}}}};
  if (!metadata.empty()) details["metadata"] = std::move(metadata);
  if (facts.mode == ProvenanceMode::max) details["byproducts"] = byproducts_of(record);
  return {{"buildDefinition", std::move(definition)}, {"runDetails", std::move(details)}};
}

}  // namespace lade::builder
