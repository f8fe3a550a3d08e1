#include "cmd/inspection.h"

#include "cmd/stored_image.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "registry/client/docker_transport.h"

namespace lade::cmd {
namespace {

constexpr std::string_view what = "configuration";

Json to_object(const std::map<std::string, std::string>& values) {
  Json object = Json::object();
  for (const auto& [key, value] : values) object[key] = value;
  return object;
}

/// A member of the configuration as it stands there; null if there is none.
Json member(const Json& object, std::string_view key) {
  const Json* found = object.is_object() ? find_member(object, key, what) : nullptr;
  return found == nullptr ? Json(nullptr) : Json(*found);
}

Json layers_data(const Manifest& manifest) {
  Json list = Json::array();
  for (const Descriptor& layer : manifest.layers) {
    Json entry;
    entry["MIMEType"] = layer.media_type;
    entry["Digest"] = layer.digest.str();
    entry["Size"] = layer.size_bytes;
    entry["Annotations"] = layer.annotations.empty() ? Json(nullptr) : to_object(layer.annotations);
    list.push_back(std::move(entry));
  }
  return list;
}

/// The manifest's digest as the user would name it: that of the index, if there is one.
const Digest& digest_of(const Image& image) {
  return image.index ? image.index->digest : image.raw.digest;
}

std::vector<std::string> store_names(Session& session, const ImageName& name, const Image& image) {
  std::vector<std::string> names;
  if (name.transport != "store") return names;
  for (const Reference& reference : names_of(*session.store(), digest_of(image))) {
    names.push_back(reference.str());
  }
  return names;
}

/// The repository that a name in the store or on a registry is of.
std::string repository(Session& session, const ImageName& name) {
  if (name.transport == "docker") return registry::DockerTransport::parse(name.details).name();
  if (name.transport != "store") return "";
  return session.store()->resolve(name.details).name.name();
}

std::string created(const Image& image) {
  return image.config.created ? to_rfc3339(*image.config.created) : "";
}

Json list_of(const std::vector<std::string>& values) { return Json(values); }

}  // namespace

Json skopeo_record(Session& session, const ImageName& name, const Image& image) {
  const Json config = parse_json(image.config_bytes, what);
  std::vector<std::string> layers;
  for (const Descriptor& layer : image.manifest.layers) layers.push_back(layer.digest.str());
  Json record = Json::object();
  if (const std::string repo = repository(session, name); !repo.empty()) record["Name"] = repo;
  record["Digest"] = digest_of(image).str();
  record["RepoTags"] = list_of(store_names(session, name, image));
  record["Created"] = image.config.created ? Json(created(image)) : Json(nullptr);
  record["DockerVersion"] = find_string(config, "docker_version", what).value_or("");
  record["Labels"] =
      image.config.config.labels.empty() ? Json(nullptr) : to_object(image.config.config.labels);
  record["Architecture"] = image.config.platform.architecture;
  if (!image.config.platform.variant.empty()) record["Variant"] = image.config.platform.variant;
  record["Os"] = image.config.platform.os;
  record["Layers"] = list_of(layers);
  record["LayersData"] = layers_data(image.manifest);
  record["Env"] = list_of(image.config.config.env);
  return record;
}

Json full_record(Session& session, const ImageName& name, const Image& image) {
  const Json config = parse_json(image.config_bytes, what);
  Json record = skopeo_record(session, name, image);
  if (!record.contains("Name")) record["Name"] = "";
  if (!record.contains("Variant")) record["Variant"] = "";
  const Digest& id = image.manifest.config.digest;
  record["Id"] = id.str();
  record["ID"] = id.str();
  std::vector<std::string> digests;
  for (const std::string& tag : store_names(session, name, image)) {
    digests.push_back(Reference::parse(tag).name() + "@" + digest_of(image).str());
  }
  if (name.transport == "docker") {
    digests = {repository(session, name) + "@" + digest_of(image).str()};
  }
  record["RepoDigests"] = digests;
  record["Author"] = image.config.author;
  record["Comment"] = "";
  std::uint64_t size = image.manifest.config.size_bytes;
  for (const Descriptor& layer : image.manifest.layers) size += layer.size_bytes;
  record["Size"] = size;
  record["Config"] = member(config, "config");
  record["RootFS"] = {{"Type", "layers"}, {"Layers", Json::array()}};
  for (const Digest& diff_id : image.config.diff_ids) {
    record["RootFS"]["Layers"].push_back(diff_id.str());
  }
  record["History"] = member(config, "history");
  record["MediaType"] = image.raw.media_type;
  record["ManifestType"] = image.raw.media_type;
  record["Manifest"] = parse_json(image.raw.bytes, "manifest");
  record["Annotations"] = to_object(image.manifest.annotations);
  record["ImageAnnotations"] = to_object(image.manifest.annotations);
  record["FromImage"] = record["Name"];
  record["FromImageID"] = id.hex();
  record["FromImageDigest"] = digest_of(image).str();
  record["OCIv1"] = config;
  return record;
}

Json index_record(const RawManifest& index, const std::string& name) {
  const Index parsed = parse_index(index.bytes, index.media_type, name);
  Json instances = Json::array();
  for (const Descriptor& entry : parsed.manifests) instances.push_back(to_json(entry));
  Json record = Json::object();
  record["Name"] = name;
  record["Digest"] = index.digest.str();
  record["MediaType"] = index.media_type;
  record["Manifests"] = std::move(instances);
  return record;
}

}  // namespace lade::cmd
