#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/oci/digest.h"
#include "libimage/oci/platform.h"

namespace lade {

using Annotations = std::map<std::string, std::string>;

/// A reference to content: what it is, how large, and its digest (image-spec 1.1, descriptor.md).
struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size_bytes = 0;
  std::vector<std::string> urls{};
  Annotations annotations{};
  std::optional<Platform> platform{};
  std::string artifact_type{};
  /// Embedded content, decoded from base64, verified by nobody yet.
  std::optional<std::string> data{};

  bool operator==(const Descriptor&) const = default;
};

/// Throws `invalid`, naming `what` and the member: missing or malformed digest, negative size…
Descriptor parse_descriptor(const Json& object, std::string_view what);
/// Members in the order of the specification; empty ones left out.
Json to_json(const Descriptor& descriptor);

/// An object of strings, `invalid` if it is anything else.
Annotations parse_annotations(const Json& object, std::string_view key, std::string_view what);
Json to_json(const Annotations& annotations);

}  // namespace lade
