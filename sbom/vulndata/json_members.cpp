#include "sbom/vulndata/json_members.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::sbom {

const Json& json_member(const Json& value, std::string_view key) {
  static const Json nothing;
  if (!value.is_object()) return nothing;
  const auto found = value.find(key);
  return found == value.end() ? nothing : *found;
}

const Json& members_of(const Json& value, std::string_view key) {
  static const Json none = Json::array();
  const Json& member = json_member(value, key);
  return member.is_array() ? member : none;
}

const Json& list(const Json& object, std::string_view key, const std::string& what) {
  static const Json none = Json::array();
  const Json* const found = find_array(object, key, what);
  if (found == nullptr) return none;
  for (const Json& member : *found) {
    if (!member.is_object()) fail(ErrorKind::invalid, "{}: {}: wanted objects", what, key);
  }
  return *found;
}

std::optional<Timestamp> find_time(const Json& object, std::string_view key,
                                   const std::string& what) {
  const auto text = find_string(object, key, what);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time) {
    fail(ErrorKind::invalid, "{}: {}: wanted a time as RFC 3339 has it, got {}", what, key,
         printable(*text));
  }
  return time;
}

std::string text_member(const Json& value, std::string_view key) {
  const Json& member = json_member(value, key);
  return member.is_string() ? member.get<std::string>() : std::string();
}

}  // namespace lade::sbom
