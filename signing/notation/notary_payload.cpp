#include "signing/notation/notary_payload.h"

#include "libimage/base/error.h"

namespace lade::signing {

std::string notary_payload_of(const Descriptor& target) {
  for (const auto& [name, value] : target.annotations) {
    if (name.starts_with(notary_reserved_prefix)) {
      fail(ErrorKind::invalid, "the annotation {} cannot be signed: names with {} are reserved",
           name, notary_reserved_prefix);
    }
  }
  Json payload = Json::object();
  payload["targetArtifact"] = to_json(target);
  return to_compact(payload);
}

Descriptor parse_notary_payload(std::string_view payload) {
  const std::string_view what = "the payload";
  const Json json = parse_json(payload, what);
  const Json* target = find_object(json, "targetArtifact", what);
  if (target == nullptr || !target->is_object()) {
    fail(ErrorKind::invalid, "{} has no targetArtifact", what);
  }
  return parse_descriptor(*target, "the signed artifact");
}

}  // namespace lade::signing
