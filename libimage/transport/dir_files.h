#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "libimage/oci/digest.h"

namespace lade {

/// What older and newer tools alike recognise.
inline constexpr std::string_view dir_version_text = "Directory Transport Version: 1.1\n";

/// Names what is about the image, as an OCI layout's index.json does with its images: an entry
/// each, cosign's tag for its ref name. The manifests are in `<hex>.manifest.json`. Other tools
/// take no notice of it.
inline constexpr std::string_view dir_referrers_name = "referrers.json";
inline constexpr std::uint64_t dir_referrers_limit_bytes = 4U << 20U;

/// Does the directory say that it is a `dir:` image? Version 1.2 only adds names for blobs that
/// are not sha256.
bool is_dir_image(const std::string& path);
/// The files of an image; everything else in the directory is somebody else's.
std::set<std::string> dir_image_files(const std::string& path);
/// Removes those files, manifest.json first: a half-removed image is none.
void remove_dir_image_files(const std::string& path);
/// The names in a directory, without "." and "..".
std::set<std::string> names_in(const std::string& path);

}  // namespace lade
