#include "signing/attest/dsse.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"

namespace lade::signing {
namespace {

/// More nobody makes; each costs a verification.
constexpr std::size_t signatures_limit = 64;

std::string decoded(std::string text, std::string_view key, std::string_view what) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  while (text.size() % 4 != 0) text += '=';
  auto bytes = from_base64(text);
  if (!bytes) fail(ErrorKind::invalid, "{}: {} is not base64", what, key);
  return std::move(*bytes);
}

}  // namespace

std::string Envelope::signed_bytes() const {
  return fmt::format("DSSEv1 {} {} {} {}", payload_type.size(), payload_type, payload.size(),
                     payload);
}

bool Envelope::verifies(const PublicKey& key, const SignatureScheme& scheme) const {
  const std::string message = signed_bytes();
  return std::any_of(signatures.begin(), signatures.end(), [&](const EnvelopeSignature& signature) {
    return key.verifies(message, signature.bytes, scheme);
  });
}

Envelope parse_envelope(const Json& json, std::string_view what) {
  Envelope envelope{.payload_type = get_string(json, "payloadType", what),
                    .payload = decoded(get_string(json, "payload", what), "payload", what)};
  const Json* signatures = find_array(json, "signatures", what);
  if (signatures == nullptr || signatures->empty()) {
    fail(ErrorKind::invalid, "{} has no signatures", what);
  }
  if (signatures->size() > signatures_limit) {
    fail(ErrorKind::invalid, "{} has {} signatures; more than {} are not looked at", what,
         signatures->size(), signatures_limit);
  }
  for (const Json& signature : *signatures) {
    envelope.signatures.push_back(
        {.bytes = decoded(get_string(signature, "sig", what), "sig", what),
         .key_id = find_string(signature, "keyid", what).value_or("")});
  }
  return envelope;
}

Json to_json(const Envelope& envelope) {
  Json json = Json::object();
  json["payload"] = to_base64(envelope.payload);
  json["payloadType"] = envelope.payload_type;
  json["signatures"] = Json::array();
  for (const EnvelopeSignature& signature : envelope.signatures) {
    Json entry = Json::object();
    entry["sig"] = to_base64(signature.bytes);
    if (!signature.key_id.empty()) entry["keyid"] = signature.key_id;
    json["signatures"].push_back(std::move(entry));
  }
  return json;
}

Envelope seal(std::string payload_type, std::string payload, Signer& signer) {
  Envelope envelope{.payload_type = std::move(payload_type), .payload = std::move(payload)};
  envelope.signatures.push_back({.bytes = signer.sign(envelope.signed_bytes())});
  return envelope;
}

}  // namespace lade::signing
