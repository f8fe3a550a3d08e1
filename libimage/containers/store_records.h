#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/digest.h"

namespace lade {

/// An image as images.json of a containers store has it (containers/storage, images.go).
struct ContainersImage {
  std::string id;
  std::optional<Digest> digest{};
  std::vector<std::string> names{};  ///< whole references
  std::string layer{};               ///< id of the topmost one; empty for a list of images
  /// What is kept with the image: "manifest", "manifest-<digest>", a configuration by its digest.
  std::vector<std::string> big_data{};

  bool has(std::string_view big_data_name) const;
};

/// A layer as layers.json has it (containers/storage, layers.go).
struct ContainersLayer {
  std::string id;
  std::string parent{};
  std::optional<Digest> diff_id{};
  std::optional<std::uint64_t> size_bytes{};  ///< of its tar, uncompressed
  bool incomplete = false;
};

inline constexpr std::uint64_t containers_records_limit_bytes = std::uint64_t{256} << 20U;

/// `invalid` for what is no such document, `corrupt` for an id that cannot be a file name.
std::vector<ContainersImage> parse_containers_images(std::string_view text, std::string_view what);
std::map<std::string, ContainersLayer> parse_containers_layers(std::string_view text,
                                                               std::string_view what);

/// The name of the file that holds some big data.
std::string big_data_file_name(std::string_view big_data_name);

}  // namespace lade
