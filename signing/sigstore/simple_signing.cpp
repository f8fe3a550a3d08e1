#include "signing/sigstore/simple_signing.h"

#include <algorithm>
#include <initializer_list>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/proto_json.h"

namespace lade::signing {
namespace {

/// Exactly these members: what a verifier does not know may be what the signer meant to be heeded.
void require_members(const Json& object, std::initializer_list<std::string_view> names,
                     std::string_view what) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      fail(ErrorKind::invalid, "{} has an unknown member \"{}\"", what, printable(key));
    }
  }
  for (const std::string_view name : names) {
    if (!object.contains(name)) fail(ErrorKind::invalid, "{} has no \"{}\"", what, name);
  }
}

Json parse_optional(const Json& json, std::string_view what) {
  const Json* optional = find_object(json, "optional", what);
  if (optional == nullptr) return Json::object();
  find_string(*optional, "creator", what);
  const auto time = optional->find("timestamp");
  if (time != optional->end() && !time->is_number()) {
    fail(ErrorKind::invalid, "{}: timestamp is not a number", what);
  }
  return *optional;
}

}  // namespace

SimpleSigning parse_simple_signing(std::string_view bytes, std::string_view what) {
  if (bytes.size() > SimpleSigning::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; payloads of more than {} are not read", what,
         bytes.size(), SimpleSigning::size_limit_bytes);
  }
  const Json json = parse_json(bytes, what);
  const Json& critical = get_object(json, "critical", what);
  require_members(json, {"critical", "optional"}, what);
  require_members(critical, {"type", "image", "identity"}, what);
  const Json& image = get_object(critical, "image", what);
  require_members(image, {"docker-manifest-digest"}, what);
  const Json& identity = get_object(critical, "identity", what);
  require_members(identity, {"docker-reference"}, what);
  SimpleSigning claim{
      .docker_reference = get_string(identity, "docker-reference", what),
      .manifest_digest = Digest::parse(get_string(image, "docker-manifest-digest", what)),
      .type = get_string(critical, "type", what),
      .optional = parse_optional(json, what)};
  if (claim.type != SimpleSigning::atomic_type && claim.type != SimpleSigning::cosign_type) {
    fail(ErrorKind::invalid, "{} is of the type \"{}\"; wanted \"{}\" or \"{}\"", what,
         printable(claim.type), SimpleSigning::cosign_type, SimpleSigning::atomic_type);
  }
  return claim;
}

std::string to_bytes(const SimpleSigning& claim) {
  Json json = Json::object();
  json["critical"] = {{"identity", {{"docker-reference", claim.docker_reference}}},
                      {"image", {{"docker-manifest-digest", claim.manifest_digest.str()}}},
                      {"type", claim.type}};
  json["optional"] = claim.optional.empty() ? Json(nullptr) : claim.optional;
  return to_compact(json);
}

}  // namespace lade::signing
