#include "signing/sigstore/cosign_signature.h"

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/proto_json.h"

namespace lade::signing {
namespace {

constexpr std::string_view file_magic{"\0sigstore-json\n", 15};
constexpr std::size_t file_limit_bytes = std::size_t{16} << 20;

using Annotations = std::map<std::string, std::string>;

/// Nullptr for absent and for empty, which is how cosign writes that there is none.
const std::string* find_annotation(const Annotations& annotations, std::string_view key) {
  const auto found = annotations.find(std::string(key));
  return found == annotations.end() || found->second.empty() ? nullptr : &found->second;
}

std::vector<Certificate> certificates_in(const Annotations& annotations) {
  const std::string* leaf = find_annotation(annotations, CosignSignature::certificate_key);
  if (leaf == nullptr) return {};
  std::vector<Certificate> certificates{
      Certificate::parse_pem(*leaf, CosignSignature::certificate_key)};
  if (const std::string* chain = find_annotation(annotations, CosignSignature::chain_key)) {
    // cosign puts the root there, too; nobody is trusted for having been brought along
    for (Certificate& one : Certificate::parse_pem_chain(*chain, CosignSignature::chain_key)) {
      if (!one.is_self_issued()) certificates.push_back(std::move(one));
    }
  }
  return certificates;
}

MessageSignature message_of(const std::string& payload, const Annotations& annotations) {
  const std::string* text = find_annotation(annotations, CosignSignature::signature_key);
  if (text == nullptr) {
    fail(ErrorKind::invalid, "the signature has no annotation {}", CosignSignature::signature_key);
  }
  const auto bytes = from_base64(*text);
  if (!bytes || bytes->empty()) {
    fail(ErrorKind::invalid, "the annotation {} is not base64", CosignSignature::signature_key);
  }
  return {.hash = MessageHash::sha256,
          .digest = hash_bytes(MessageHash::sha256, payload),
          .bytes = *bytes};
}

/// As parse_rekor_bundle reads it.
Json rekor_bundle_of(const LogEntry& entry) {
  if (entry.signed_entry_timestamp.empty()) {
    fail(ErrorKind::unsupported,
         "cosign's annotations have no place for a log entry without a promise (SET), which is "
         "what Rekor v2 gives");
  }
  Json json = Json::object();
  json["SignedEntryTimestamp"] = to_base64(entry.signed_entry_timestamp);
  json["Payload"] = {{"body", to_base64(entry.body)},
                     {"integratedTime", entry.integrated_time},
                     {"logIndex", entry.index},
                     {"logID", hex_of(entry.log_id)}};
  return json;
}

void require_one_at_most(std::size_t count, std::string_view of) {
  if (count > 1) {
    fail(ErrorKind::invalid, "cosign's annotations have a place for one {}, not for {}", of, count);
  }
}

}  // namespace

Annotations annotations_of(const SignedMaterial& material) {
  require_one_at_most(material.entries.size(), "log entry");
  require_one_at_most(material.timestamps.size(), "timestamp");
  Annotations annotations;
  const auto set = [&](std::string_view key, std::string value) {
    annotations[std::string(key)] = std::move(value);
  };
  set(CosignSignature::signature_key, to_base64(material.message()->bytes));
  std::string chain;
  for (std::size_t i = 1; i < material.certificates.size(); ++i) {
    chain += material.certificates[i].pem();
  }
  if (!material.certificates.empty()) {
    set(CosignSignature::certificate_key, material.certificates.front().pem());
  }
  if (!chain.empty()) set(CosignSignature::chain_key, std::move(chain));
  if (!material.entries.empty()) {
    set(CosignSignature::bundle_key, to_compact(rekor_bundle_of(material.entries.front())));
  }
  if (!material.timestamps.empty()) {
    set(CosignSignature::timestamp_key, timestamp_json(material.timestamps.front()));
  }
  return annotations;
}

LogEntry parse_rekor_bundle(const Json& json, std::string_view what) {
  const Json& payload = get_object(json, "Payload", what);
  const auto log_id = from_hex(get_string(payload, "logID", what));
  if (!log_id) fail(ErrorKind::invalid, "{}: logID is not hex", what);
  LogEntry entry{.index = get_count(payload, "logIndex", what),
                 .log_id = {reinterpret_cast<const char*>(log_id->data()), log_id->size()},
                 .integrated_time = get_count(payload, "integratedTime", what),
                 .signed_entry_timestamp = get_bytes(json, "SignedEntryTimestamp", what),
                 .body = get_bytes(payload, "body", what)};
  const Json body = parse_json(entry.body, what);
  entry.kind = get_string(body, "kind", what);
  entry.version = get_string(body, "apiVersion", what);
  return entry;
}

std::string parse_timestamp_json(std::string_view bytes, std::string_view what) {
  return get_bytes(parse_json(bytes, what), "SignedRFC3161Timestamp", what);
}

std::string timestamp_json(std::string_view response) {
  return to_compact({{"SignedRFC3161Timestamp", to_base64(response)}});
}

CosignSignature parse_cosign_signature(std::string_view media_type, std::string payload,
                                       const Annotations& annotations) {
  CosignSignature signature{.payload = std::move(payload)};
  SignedMaterial& material = signature.material;
  if (media_type == CosignSignature::simple_signing_type) {
    material.content = message_of(signature.payload, annotations);
  } else if (media_type == CosignSignature::envelope_type) {
    material.content =
        parse_envelope(parse_json(signature.payload, "the attestation"), "the attestation");
    material.envelope_bytes = signature.payload;
  } else {
    fail(ErrorKind::unsupported,
         "a layer of the type \"{}\" is no signature of cosign's; wanted {} "
         "or {}",
         printable(media_type), CosignSignature::simple_signing_type,
         CosignSignature::envelope_type);
  }
  material.certificates = certificates_in(annotations);
  if (const std::string* entry = find_annotation(annotations, CosignSignature::bundle_key)) {
    material.entries.push_back(parse_rekor_bundle(parse_json(*entry, CosignSignature::bundle_key),
                                                  CosignSignature::bundle_key));
  }
  if (const std::string* time = find_annotation(annotations, CosignSignature::timestamp_key)) {
    material.timestamps.push_back(parse_timestamp_json(*time, CosignSignature::timestamp_key));
  }
  return signature;
}

std::optional<CosignSignature> parse_signature_file(std::string_view bytes, std::string_view what) {
  if (!bytes.starts_with(file_magic)) return std::nullopt;
  if (bytes.size() > file_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; signatures of more than {} are not read", what,
         bytes.size(), file_limit_bytes);
  }
  const Json json = parse_json(bytes.substr(file_magic.size()), what);
  Annotations annotations;
  if (const Json* found = find_object(json, "annotations", what)) {
    for (const auto& [key, value] : found->items()) {
      annotations[key] = get_string(*found, key, what);
    }
  }
  const std::string media_type = get_string(json, "mimeType", what);
  return parse_cosign_signature(media_type, get_bytes(json, "payload", what), annotations);
}

VerifiedImage verify(const CosignSignature& signature, const Digest& manifest,
                     const VerifyOptions& options) {
  if (signature.material.envelope() != nullptr) {
    return {.verified = verify(signature.material, Artifact::of_digest(manifest), options)};
  }
  VerifiedImage image{
      .verified = verify(signature.material, Artifact::of_bytes(signature.payload), options)};
  // nothing of the payload is believed, nor read, before its signature was checked
  image.claim = parse_simple_signing(signature.payload, "the signed payload");
  if (image.claim->manifest_digest != manifest) {
    fail(ErrorKind::denied, "the signature is of the manifest {}, not of {}",
         image.claim->manifest_digest.str(), manifest.str());
  }
  return image;
}

}  // namespace lade::signing
