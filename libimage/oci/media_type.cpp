#include "libimage/oci/media_type.h"

#include <algorithm>

#include "libimage/base/error.h"

namespace lade::media_type {
namespace {

struct LayerType {
  std::string_view type;
  Compression compression;
  bool docker;
  bool foreign;
};

constexpr LayerType layer_types[] = {
    {oci_layer, Compression::none, false, false},
    {oci_layer_gzip, Compression::gzip, false, false},
    {oci_layer_zstd, Compression::zstd, false, false},
    {"application/vnd.oci.image.layer.nondistributable.v1.tar", Compression::none, false, true},
    {"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", Compression::gzip, false,
     true},
    {"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd", Compression::zstd, false,
     true},
    {docker_layer, Compression::none, true, false},
    {docker_layer_gzip, Compression::gzip, true, false},
    {docker_layer_zstd, Compression::zstd, true, false},
    {"application/vnd.docker.image.rootfs.foreign.diff.tar", Compression::none, true, true},
    {"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Compression::gzip, true, true},
    {"application/vnd.docker.image.rootfs.foreign.diff.tar.zstd", Compression::zstd, true, true},
};

struct Counterpart {
  std::string_view oci;
  std::string_view docker;
};

constexpr Counterpart counterparts[] = {
    {oci_manifest, docker_manifest}, {oci_index, docker_list}, {oci_config, docker_config}};

const LayerType* find_layer_type(std::string_view type) {
  const auto* found = std::find_if(std::begin(layer_types), std::end(layer_types),
                                   [&](const LayerType& layer) { return layer.type == type; });
  return found == std::end(layer_types) ? nullptr : found;
}

const LayerType* find_layer_type(bool docker, bool foreign, Compression compression) {
  const auto* found =
      std::find_if(std::begin(layer_types), std::end(layer_types), [&](const LayerType& layer) {
        return layer.docker == docker && layer.foreign == foreign &&
               layer.compression == compression;
      });
  return found == std::end(layer_types) ? nullptr : found;
}

std::string to_family(std::string_view type, bool docker) {
  for (const Counterpart& pair : counterparts) {
    if (type == pair.oci || type == pair.docker)
      return std::string(docker ? pair.docker : pair.oci);
  }
  const LayerType* layer = find_layer_type(type);
  if (layer == nullptr) return std::string(type);
  return std::string(find_layer_type(docker, layer->foreign, layer->compression)->type);
}

}  // namespace

bool is_manifest(std::string_view type) { return type == oci_manifest || type == docker_manifest; }

bool is_index(std::string_view type) { return type == oci_index || type == docker_list; }

bool is_schema1(std::string_view type) {
  return type == docker_schema1 || type == docker_schema1_signed;
}

bool is_config(std::string_view type) { return type == oci_config || type == docker_config; }

bool is_layer(std::string_view type) { return find_layer_type(type) != nullptr; }

bool is_foreign_layer(std::string_view type) {
  const LayerType* layer = find_layer_type(type);
  return layer != nullptr && layer->foreign;
}

bool is_docker(std::string_view type) { return type.starts_with("application/vnd.docker."); }

std::optional<Compression> layer_compression(std::string_view type) {
  const LayerType* layer = find_layer_type(type);
  if (layer == nullptr) return std::nullopt;
  return layer->compression;
}

std::string layer_type(bool docker, Compression compression) {
  const LayerType* layer = find_layer_type(docker, false, compression);
  if (layer == nullptr) {
    fail(ErrorKind::unsupported, "{} has no media type for a layer compressed with {}",
         docker ? "Docker" : "OCI", to_string(compression));
  }
  return std::string(layer->type);
}

std::string to_oci(std::string_view type) { return to_family(type, false); }
std::string to_docker(std::string_view type) { return to_family(type, true); }

}  // namespace lade::media_type
