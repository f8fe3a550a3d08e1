#include "signing/keyless/proposed_entry.h"

#include <openssl/evp.h>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"

namespace lade::signing {
namespace {

struct LoggedArtifact {
  MessageHash hash;
  std::string bytes;
};

/// An envelope is signed as its key usually signs.
LoggedArtifact logged_envelope(const Envelope& envelope, const SignerKey& signer) {
  const MessageHash hash = signer.key.default_scheme().hash;
  return {.hash = hash, .bytes = hash_bytes(hash, envelope.signed_bytes())};
}

/// The hash that the log checks the signature with.
LoggedArtifact logged_artifact(const MessageSignature& message, const Artifact& artifact,
                               const SignerKey& signer) {
  const bool prehashed = signer.key.kind() == KeyKind::ed25519;
  const MessageHash hash =
      prehashed ? MessageHash::sha512 : message.hash.value_or(signer.key.default_scheme().hash);
  auto bytes = artifact.hash(hash);
  if (!bytes) {
    fail(ErrorKind::invalid, "a log wants {} of {}, which is not known", to_string(hash),
         artifact.str());
  }
  return {.hash = hash, .bytes = std::move(*bytes)};
}

std::string_view name_of(MessageHash hash) {
  switch (hash) {
    case MessageHash::sha256:
      return "sha256";
    case MessageHash::sha384:
      return "sha384";
    case MessageHash::sha512:
      return "sha512";
  }
  fail(ErrorKind::internal, "no such hash");
}

std::string signer_pem(const SignerKey& signer) {
  return to_base64(signer.certificate ? signer.certificate->pem() : signer.key.pem());
}

/// protobuf-specs, sigstore_common.proto, PublicKeyDetails. A hash that is not the usual one of an
/// ECDSA key has no name there.
std::string_view key_details(const SignerKey& signer) {
  switch (signer.key.kind()) {
    case KeyKind::ecdsa_p256:
      return "PKIX_ECDSA_P256_SHA_256";
    case KeyKind::ecdsa_p384:
      return "PKIX_ECDSA_P384_SHA_384";
    case KeyKind::ecdsa_p521:
      return "PKIX_ECDSA_P521_SHA_512";
    case KeyKind::ed25519:
      return "PKIX_ED25519_PH";
    case KeyKind::rsa:
      break;
  }
  switch (EVP_PKEY_get_bits(signer.key.handle())) {
    case 2048:
      return "PKIX_RSA_PKCS1V15_2048_SHA256";
    case 3072:
      return "PKIX_RSA_PKCS1V15_3072_SHA256";
    case 4096:
      return "PKIX_RSA_PKCS1V15_4096_SHA256";
    default:
      fail(ErrorKind::unsupported, "Rekor v2 takes RSA keys of 2048, 3072 and 4096 bits, not {}",
           signer.key.description());
  }
}

Json verifier_of(const SignerKey& signer) {
  Json verifier = Json::object();
  if (signer.certificate) {
    verifier["x509Certificate"] = {{"rawBytes", to_base64(signer.certificate->der())}};
  } else {
    verifier["publicKey"] = {{"rawBytes", to_base64(signer.key.der())}};
  }
  verifier["keyDetails"] = key_details(signer);
  return verifier;
}

Json entry_v1(std::string_view kind, Json spec) {
  Json json = Json::object();
  json["apiVersion"] = "0.0.1";
  json["kind"] = kind;
  json["spec"] = std::move(spec);
  return json;
}

}  // namespace

Json proposed_v1(const SignedMaterial& material, const Artifact& artifact, const SignerKey& signer,
                 std::string_view signature) {
  const std::string verifier = signer_pem(signer);
  Json spec = Json::object();
  if (const Envelope* envelope = material.envelope()) {
    Json verifiers = Json::array();
    verifiers.push_back(verifier);
    spec["proposedContent"] = {{"envelope", to_compact(to_json(*envelope))},
                               {"verifiers", std::move(verifiers)}};
    return entry_v1("dsse", std::move(spec));
  }
  const LoggedArtifact logged = logged_artifact(*material.message(), artifact, signer);
  spec["data"] = {{"hash", {{"algorithm", name_of(logged.hash)}, {"value", hex_of(logged.bytes)}}}};
  spec["signature"] = {{"content", to_base64(signature)}, {"publicKey", {{"content", verifier}}}};
  return entry_v1("hashedrekord", std::move(spec));
}

Json proposed_v2(const SignedMaterial& material, const Artifact& artifact, const SignerKey& signer,
                 std::string_view signature) {
  const Envelope* envelope = material.envelope();
  const LoggedArtifact logged = envelope != nullptr
                                    ? logged_envelope(*envelope, signer)
                                    : logged_artifact(*material.message(), artifact, signer);
  Json json = Json::object();
  json["hashedRekordRequestV002"] = {
      {"digest", to_base64(logged.bytes)},
      {"signature", {{"content", to_base64(signature)}, {"verifier", verifier_of(signer)}}}};
  return json;
}

}  // namespace lade::signing
