#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/descriptor.h"

namespace lade {

/// An image index or Docker manifest list (image-spec 1.1, image-index.md).
struct Index {
  std::string media_type;
  std::vector<Descriptor> manifests{};
  Annotations annotations{};
  std::string artifact_type{};
  std::optional<Descriptor> subject{};

  bool operator==(const Index&) const = default;
};

/// As strict as parse_manifest.
Index parse_index(std::string_view bytes, std::string_view media_type, std::string_view what);
std::string serialize(const Index& index);

/// The best instance for a platform; nothing if none runs there. BuildKit's attestation manifests
/// (platform unknown/unknown) never match.
const Descriptor* find_instance(const Index& index, const Platform& wanted);

}  // namespace lade
