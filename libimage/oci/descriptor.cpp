#include "libimage/oci/descriptor.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

/// Media types go into HTTP headers, so nothing may be in them that could end a header line.
std::string parse_media_type(const Json& object, std::string_view what) {
  constexpr std::size_t limit = 255;  // RFC 6838, section 4.2: two names of 127
  std::string type = get_string(object, "mediaType", what);
  const bool plain =
      std::all_of(type.begin(), type.end(), [](char c) { return c >= ' ' && c < 127; });
  if (type.empty() || type.size() > limit || !plain) {
    fail(ErrorKind::invalid,
         "{}: \"mediaType\" must be 1 to {} printable ASCII characters, got \"{}\"", what, limit,
         printable(std::string_view(type).substr(0, limit)));
  }
  return type;
}

Digest parse_digest(const Json& object, std::string_view what) {
  const std::string text = get_string(object, "digest", what);
  try {
    return Digest::parse(text);
  } catch (Error& error) {
    error.add_context(what);
    throw;
  }
}

std::uint64_t parse_size(const Json& object, std::string_view what) {
  const Json* member = find_member(object, "size", what);
  if (member != nullptr && member->is_number_unsigned() &&
      member->get<std::uint64_t>() > std::uint64_t{INT64_MAX}) {
    fail(ErrorKind::invalid, "{}: \"size\" must be below 2^63, got {}", what,
         member->get<std::uint64_t>());
  }
  const std::int64_t size = get_int(object, "size", what);
  if (size < 0) fail(ErrorKind::invalid, "{}: \"size\" must not be negative, got {}", what, size);
  return static_cast<std::uint64_t>(size);
}

std::optional<std::string> parse_data(const Json& object, std::string_view what) {
  const auto text = find_string(object, "data", what);
  if (!text) return std::nullopt;
  auto data = from_base64(*text);
  if (!data) fail(ErrorKind::invalid, "{}: \"data\" is not base64 (RFC 4648, section 4)", what);
  return data;
}

}  // namespace

Descriptor parse_descriptor(const Json& object, std::string_view what) {
  Descriptor descriptor{parse_media_type(object, what), parse_digest(object, what),
                        parse_size(object, what)};
  descriptor.urls = find_strings(object, "urls", what);
  descriptor.annotations = parse_annotations(object, "annotations", what);
  descriptor.data = parse_data(object, what);
  if (const Json* platform = find_object(object, "platform", what)) {
    descriptor.platform = parse_platform_json(*platform, what);
    descriptor.platform->features = find_strings(*platform, "features", what);
  }
  descriptor.artifact_type = find_string(object, "artifactType", what).value_or("");
  return descriptor;
}

Json to_json(const Descriptor& descriptor) {
  Json object = Json::object();
  object["mediaType"] = descriptor.media_type;
  object["digest"] = descriptor.digest.str();
  object["size"] = descriptor.size_bytes;
  if (!descriptor.urls.empty()) object["urls"] = descriptor.urls;
  if (!descriptor.annotations.empty()) object["annotations"] = to_json(descriptor.annotations);
  if (descriptor.data) object["data"] = to_base64(*descriptor.data);
  if (descriptor.platform) object["platform"] = to_json(*descriptor.platform);
  if (!descriptor.artifact_type.empty()) object["artifactType"] = descriptor.artifact_type;
  return object;
}

Annotations parse_annotations(const Json& object, std::string_view key, std::string_view what) {
  Annotations annotations;
  const Json* member = find_object(object, key, what);
  if (member == nullptr) return annotations;
  for (const auto& [name, value] : member->items()) {
    if (!value.is_string()) {
      fail(ErrorKind::invalid, "{}: \"{}\" in \"{}\" must be a string, got {}", what,
           printable(name), key, value.type_name());
    }
    annotations.emplace(name, value.get<std::string>());
  }
  return annotations;
}

Json to_json(const Annotations& annotations) {
  Json object = Json::object();
  auto& members = object.get_ref<Json::object_t&>();
  // appended as they are: a map's keys are distinct, and looking for each would be quadratic
  for (const auto& [name, value] : annotations) members.emplace_back(name, value);
  return object;
}

}  // namespace lade
