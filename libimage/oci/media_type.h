#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/oci/compression.h"

/// Media types (image-spec 1.1, media-types.md; Docker Image Manifest V2, Schema 2) and what Lade
/// needs to know of them. A media type is a plain string: unknown ones are kept as they came.
namespace lade::media_type {

inline constexpr std::string_view oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view oci_index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view oci_config = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view oci_layer = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view oci_layer_gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr std::string_view oci_layer_zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
inline constexpr std::string_view oci_empty = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view docker_manifest =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view docker_list =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view docker_config = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view docker_layer = "application/vnd.docker.image.rootfs.diff.tar";
inline constexpr std::string_view docker_layer_gzip =
    "application/vnd.docker.image.rootfs.diff.tar.gzip";
inline constexpr std::string_view docker_layer_zstd =
    "application/vnd.docker.image.rootfs.diff.tar.zstd";
inline constexpr std::string_view docker_schema1 =
    "application/vnd.docker.distribution.manifest.v1+json";
inline constexpr std::string_view docker_schema1_signed =
    "application/vnd.docker.distribution.manifest.v1+prettyjws";

/// A single image's manifest, OCI or Docker v2s2.
bool is_manifest(std::string_view type);
/// An image index or a Docker manifest list.
bool is_index(std::string_view type);
bool is_schema1(std::string_view type);
bool is_config(std::string_view type);
/// A file system layer, also the deprecated non-distributable and Docker's foreign ones.
bool is_layer(std::string_view type);
/// A layer whose bytes live at the descriptor's URLs: non-distributable or foreign.
bool is_foreign_layer(std::string_view type);
bool is_docker(std::string_view type);
/// What the media type of a layer promises; nothing if it is not a layer's.
std::optional<Compression> layer_compression(std::string_view type);
/// The layer media type of a format for a compression; `unsupported` if there is none.
std::string layer_type(bool docker, Compression compression);
/// The counterpart in the other family ("oci" or "docker"); the same string where there is none.
std::string to_oci(std::string_view type);
std::string to_docker(std::string_view type);

}  // namespace lade::media_type
