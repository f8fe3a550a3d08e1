#include "signing/sigstore/bundle.h"

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/proto_json.h"

namespace lade::signing {
namespace {

constexpr std::size_t chain_limit = 10;
/// A tree of 2^64 leaves has no longer proofs.
constexpr std::size_t proof_limit = 64;
constexpr std::size_t hash_size_bytes = 32;

Bundle::Version version_of(std::string_view type, std::string_view what) {
  struct Known {
    std::string_view type;
    Bundle::Version version;
  };
  constexpr Known known[] = {
      {"application/vnd.dev.sigstore.bundle+json;version=0.1", Bundle::Version::v0_1},
      {"application/vnd.dev.sigstore.bundle.v0.1+json", Bundle::Version::v0_1},
      {"application/vnd.dev.sigstore.bundle+json;version=0.2", Bundle::Version::v0_2},
      {"application/vnd.dev.sigstore.bundle.v0.2+json", Bundle::Version::v0_2},
      {"application/vnd.dev.sigstore.bundle+json;version=0.3", Bundle::Version::v0_3},
      {Bundle::type_v0_3, Bundle::Version::v0_3},
  };
  for (const Known& one : known) {
    if (one.type == type) return one.version;
  }
  fail(ErrorKind::unsupported, "{} is of the type \"{}\"; wanted a Sigstore bundle 0.1, 0.2 or 0.3",
       what, printable(type));
}

InclusionProof parse_proof(const Json& json, std::string_view what) {
  InclusionProof proof{.index = get_count(json, "logIndex", what),
                       .tree_size = get_count(json, "treeSize", what),
                       .root_hash = get_bytes(json, "rootHash", what)};
  if (const Json* hashes = find_bounded_array(json, "hashes", proof_limit, what)) {
    for (const Json& hash : *hashes) {
      // a member again, so that it is read like one
      proof.hashes.push_back(get_bytes(Json{{"hashes", hash}}, "hashes", what));
      if (proof.hashes.back().size() != hash_size_bytes) {
        fail(ErrorKind::invalid, "{}: a hash of an inclusion proof has {} bytes; wanted {}", what,
             proof.hashes.back().size(), hash_size_bytes);
      }
    }
  }
  if (const Json* checkpoint = find_object(json, "checkpoint", what)) {
    proof.checkpoint = find_string(*checkpoint, "envelope", what).value_or("");
  }
  return proof;
}

LogEntry parse_entry(const Json& json, Bundle::Version version, std::string_view what) {
  const Json& kind = get_object(json, "kindVersion", what);
  LogEntry entry{.index = get_count(json, "logIndex", what),
                 .log_id = get_bytes(get_object(json, "logId", what), "keyId", what),
                 .kind = get_string(kind, "kind", what),
                 .version = get_string(kind, "version", what),
                 .integrated_time = get_count(json, "integratedTime", what),
                 .body = get_bytes(json, "canonicalizedBody", what)};
  if (const Json* promise = find_object(json, "inclusionPromise", what)) {
    entry.signed_entry_timestamp = get_bytes(*promise, "signedEntryTimestamp", what);
  }
  if (const Json* proof = find_object(json, "inclusionProof", what)) {
    entry.proof = parse_proof(*proof, what);
  }
  if (version == Bundle::Version::v0_1) {
    if (entry.signed_entry_timestamp.empty()) {
      fail(ErrorKind::invalid, "{} is of version 0.1 and has a log entry without a promise (SET)",
           what);
    }
    // what no log signed proves nothing
    if (entry.proof && entry.proof->checkpoint.empty()) entry.proof.reset();
  } else if (!entry.proof || entry.proof->checkpoint.empty()) {
    fail(ErrorKind::invalid, "{} has a log entry without {}", what,
         entry.proof ? "a checkpoint in its inclusion proof" : "an inclusion proof");
  }
  return entry;
}

Certificate parse_certificate(const Json& json, std::string_view what) {
  return Certificate::parse_der(get_bytes(json, "rawBytes", what), what);
}

std::vector<Certificate> parse_chain(const Json& json, std::string_view what) {
  const Json* list = find_bounded_array(json, "certificates", chain_limit, what);
  if (list == nullptr || list->empty()) {
    fail(ErrorKind::invalid, "{} has a chain of no certificates", what);
  }
  std::vector<Certificate> chain;
  for (const Json& one : *list) {
    chain.push_back(parse_certificate(one, what));
    if (chain.back().is_self_issued()) {
      fail(ErrorKind::invalid,
           "{} brings the root certificate {} along; whom to trust is not its "
           "to say",
           what, chain.back().name());
    }
  }
  return chain;
}

void parse_signer(const Json& json, Bundle& bundle, std::string_view what) {
  const Json* certificate = find_object(json, "certificate", what);
  const Json* chain = find_object(json, "x509CertificateChain", what);
  const Json* key = find_object(json, "publicKey", what);
  const int found =
      (certificate != nullptr ? 1 : 0) + (chain != nullptr ? 1 : 0) + (key != nullptr ? 1 : 0);
  if (found != 1) {
    fail(ErrorKind::invalid,
         "{} has {} of certificate, x509CertificateChain and publicKey; wanted one", what, found);
  }
  if (chain != nullptr && bundle.version == Bundle::Version::v0_3) {
    fail(ErrorKind::invalid, "{} is of version 0.3 and has an x509CertificateChain", what);
  }
  if (certificate != nullptr) {
    bundle.material.certificates.push_back(parse_certificate(*certificate, what));
  } else if (chain != nullptr) {
    bundle.material.certificates = parse_chain(*chain, what);
  } else {
    bundle.material.key_hint = find_string(*key, "hint", what).value_or("");
  }
}

MessageHash parse_hash(std::string_view name, std::string_view what) {
  for (const MessageHash hash : {MessageHash::sha256, MessageHash::sha384, MessageHash::sha512}) {
    if (to_string(hash) == name) return hash;
  }
  fail(ErrorKind::unsupported, "{}: the hash algorithm \"{}\" is none of SHA2_256, 384 and 512",
       what, printable(name));
}

MessageSignature parse_message(const Json& json, std::string_view what) {
  MessageSignature message{.bytes = get_bytes(json, "signature", what)};
  if (const Json* digest = find_object(json, "messageDigest", what)) {
    message.hash = parse_hash(get_string(*digest, "algorithm", what), what);
    message.digest = get_bytes(*digest, "digest", what);
  }
  return message;
}

void parse_content(const Json& json, SignedMaterial& material, std::string_view what) {
  const Json* message = find_object(json, "messageSignature", what);
  const Json* envelope = find_object(json, "dsseEnvelope", what);
  if ((message == nullptr) == (envelope == nullptr)) {
    fail(ErrorKind::invalid, "{} has {} messageSignature and dsseEnvelope; wanted one", what,
         message == nullptr ? "neither of" : "both");
  }
  if (message != nullptr) {
    material.content = parse_message(*message, what);
    return;
  }
  Envelope parsed = parse_envelope(*envelope, what);
  // protobuf-specs: "MUST contain exactly one signature"
  if (parsed.signatures.size() != 1) {
    fail(ErrorKind::invalid, "{} has an envelope with {} signatures; wanted one", what,
         parsed.signatures.size());
  }
  material.content = std::move(parsed);
}

Json to_json(const LogEntry& entry) {
  if (!entry.proof) {
    fail(ErrorKind::invalid,
         "a bundle of version 0.3 has no place for a log entry without a proof");
  }
  Json json = Json::object();
  json["logIndex"] = std::to_string(entry.index);
  json["logId"] = {{"keyId", to_base64(entry.log_id)}};
  json["kindVersion"] = {{"kind", entry.kind}, {"version", entry.version}};
  if (entry.integrated_time != 0) json["integratedTime"] = std::to_string(entry.integrated_time);
  if (!entry.signed_entry_timestamp.empty()) {
    json["inclusionPromise"] = {{"signedEntryTimestamp", to_base64(entry.signed_entry_timestamp)}};
  }
  Json hashes = Json::array();
  for (const std::string& hash : entry.proof->hashes) hashes.push_back(to_base64(hash));
  json["inclusionProof"] = {{"logIndex", std::to_string(entry.proof->index)},
                            {"rootHash", to_base64(entry.proof->root_hash)},
                            {"treeSize", std::to_string(entry.proof->tree_size)},
                            {"hashes", std::move(hashes)},
                            {"checkpoint", {{"envelope", entry.proof->checkpoint}}}};
  json["canonicalizedBody"] = to_base64(entry.body);
  return json;
}

Json verification_material(const SignedMaterial& material) {
  Json json = Json::object();
  if (material.certificates.size() > 1) {
    fail(ErrorKind::invalid, "a bundle of version 0.3 has one certificate, not {}",
         material.certificates.size());
  }
  if (material.certificates.empty()) {
    json["publicKey"] = {{"hint", material.key_hint}};
  } else {
    json["certificate"] = {{"rawBytes", to_base64(material.certificates.front().der())}};
  }
  json["tlogEntries"] = Json::array();
  for (const LogEntry& entry : material.entries) json["tlogEntries"].push_back(to_json(entry));
  Json timestamps = Json::array();
  for (const std::string& timestamp : material.timestamps) {
    timestamps.push_back(Json{{"signedTimestamp", to_base64(timestamp)}});
  }
  json["timestampVerificationData"] = {{"rfc3161Timestamps", std::move(timestamps)}};
  return json;
}

}  // namespace

LogEntry log_entry_of(const Json& json, std::string_view what) {
  return parse_entry(json, Bundle::Version::v0_3, what);
}

Bundle bundle_of(const Json& json, std::string_view what) {
  Bundle bundle{.version = version_of(get_string(json, "mediaType", what), what)};
  const Json& proofs = get_object(json, "verificationMaterial", what);
  parse_signer(proofs, bundle, what);
  if (const Json* entries =
          find_bounded_array(proofs, "tlogEntries", SignedMaterial::entries_limit, what)) {
    for (const Json& entry : *entries) {
      bundle.material.entries.push_back(parse_entry(entry, bundle.version, what));
    }
  }
  if (const Json* stamped = find_object(proofs, "timestampVerificationData", what)) {
    const Json* list =
        find_bounded_array(*stamped, "rfc3161Timestamps", SignedMaterial::timestamps_limit, what);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      bundle.material.timestamps.push_back(get_bytes((*list)[i], "signedTimestamp", what));
    }
  }
  parse_content(json, bundle.material, what);
  return bundle;
}

Bundle parse_bundle(std::string_view bytes, std::string_view what) {
  if (bytes.size() > Bundle::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; bundles of more than {} are not read", what,
         bytes.size(), Bundle::size_limit_bytes);
  }
  return bundle_of(parse_json(bytes, what), what);
}

Json to_json(const Bundle& bundle) {
  Json json = Json::object();
  json["mediaType"] = Bundle::type_v0_3;
  json["verificationMaterial"] = verification_material(bundle.material);
  if (const Envelope* envelope = bundle.material.envelope()) {
    json["dsseEnvelope"] = to_json(*envelope);
    return json;
  }
  const MessageSignature& message = *bundle.material.message();
  Json content = Json::object();
  if (message.hash) {
    content["messageDigest"] = {{"algorithm", to_string(*message.hash)},
                                {"digest", to_base64(message.digest)}};
  }
  content["signature"] = to_base64(message.bytes);
  json["messageSignature"] = std::move(content);
  return json;
}

std::string to_text(const Bundle& bundle) {
  std::string text = to_compact(to_json(bundle));
  parse_bundle(text, "the bundle that was made");
  return text;
}

}  // namespace lade::signing
