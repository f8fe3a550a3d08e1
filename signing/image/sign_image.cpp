#include "signing/image/sign_image.h"

#include "libimage/base/base64.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "libimage/image/artifact.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/media_type.h"
#include "signing/image/attached_signature.h"
#include "signing/image/cosign_tag.h"
#include "signing/notation/jws.h"
#include "signing/notation/notary_payload.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/cosign_signature.h"
#include "signing/sigstore/simple_signing.h"

namespace lade::signing {
namespace {

Json json_of(const std::map<std::string, std::string>& values) {
  Json json = Json::object();
  for (const auto& [key, value] : values) json[key] = value;
  return json;
}

CosignLayer sign_for_cosign(const Descriptor& subject, Signer& signer, const SignOptions& options) {
  SimpleSigning claim{.docker_reference = options.docker_reference,
                      .manifest_digest = subject.digest};
  claim.optional = json_of(options.annotations);
  CosignLayer layer{.media_type = std::string(CosignSignature::simple_signing_type),
                    .bytes = to_bytes(claim)};
  const SignatureScheme scheme = options.vouchers.scheme_for(signer.public_key());
  SignedMaterial material{
      .certificates = options.vouchers.certificates,
      .content = MessageSignature{.hash = scheme.hash,
                                  .digest = hash_bytes(scheme.hash, layer.bytes),
                                  .bytes = signer.sign(layer.bytes, scheme)}};
  if (options.vouchers.witness) {
    options.vouchers.witness(material, Artifact::of_bytes(layer.bytes));
  }
  layer.annotations = annotations_of(material);
  return layer;
}

/// The SHA-256 of each certificate, by which Notation tells signatures apart without reading them.
std::string thumbprints_of(const std::vector<Certificate>& certificates) {
  Json thumbprints = Json::array();
  for (const Certificate& certificate : certificates) {
    thumbprints.push_back(to_hex(as_bytes(hash_bytes(MessageHash::sha256, certificate.der()))));
  }
  return to_compact(thumbprints);
}

}  // namespace

AttachedManifest author_bundle(SignedMaterial material, const Statement& statement,
                               const Descriptor& subject, Timestamp now) {
  const std::string type(Bundle::type_v0_3);
  std::string text = to_text({.material = std::move(material)});
  return author_attached(
      {.artifact_type = type,
       .media_type = type,
       .bytes = std::move(text),
       .annotations = {{"dev.sigstore.bundle.content", "dsse-envelope"},
                       {"dev.sigstore.bundle.predicateType", statement.predicate_type},
                       {"org.opencontainers.image.created", to_rfc3339(now)}}},
      subject);
}

AttachedManifest sign_statement(const Statement& statement, const Descriptor& subject,
                                Signer& signer, Timestamp now, const Vouchers& vouchers) {
  SignedMaterial material;
  material.key_hint = to_base64(as_text(signer.public_key().id().hash()));
  // a bundle has the signer's own certificate; the others are for the trusted root to tell
  if (!vouchers.certificates.empty()) material.certificates = {vouchers.certificates.front()};
  material.content = seal(std::string(Envelope::in_toto_type), to_bytes(statement), signer);
  if (vouchers.witness) vouchers.witness(material, Artifact::of_digest(subject.digest));
  return author_bundle(std::move(material), statement, subject, now);
}

AttachedManifest sign_for_notation(const Descriptor& subject, Signer& signer,
                                   const SignOptions& options) {
  Descriptor target{subject.media_type, subject.digest, subject.size_bytes};
  Manifest manifest{std::string(media_type::oci_manifest), empty_descriptor()};
  manifest.config.media_type = NotarySignature::artifact_type;
  manifest.subject = target;
  target.annotations = options.annotations;
  std::string envelope = seal_jws(notary_payload_of(target), signer,
                                  {.certificates = options.certificates,
                                   .now = options.signing_time,
                                   .expiry = options.expiry,
                                   .signing_agent = options.signing_agent});
  manifest.layers = {
      {std::string(NotarySignature::jws_type), digest_of(envelope), envelope.size()}};
  manifest.annotations = {
      {std::string(NotarySignature::thumbprints_key), thumbprints_of(options.certificates)},
      {"org.opencontainers.image.created", to_rfc3339(options.now)}};
  AttachedManifest attached{raw_manifest(serialize(manifest), manifest.media_type), {}};
  attached.blobs.emplace_back(manifest.layers.front(), std::move(envelope));
  attached.blobs.emplace_back(manifest.config, empty_blob);
  return attached;
}

Statement signature_statement(const Descriptor& subject, const SignOptions& options) {
  Statement statement;
  statement.subjects = {subject_of(options.docker_reference, subject.digest)};
  statement.predicate_type = sign_predicate_type;
  statement.predicate = json_of(options.annotations);
  return statement;
}

std::vector<std::string> sign_image(const SourceOpener& open, ImageDestination& destination,
                                    const Descriptor& subject, Signer& signer,
                                    const SignOptions& options) {
  // all is signed before anything is attached: services may fail
  std::vector<AttachedManifest> signatures;
  if (options.bundle) {
    signatures.push_back(sign_statement(signature_statement(subject, options), subject, signer,
                                        options.now, options.vouchers));
  }
  if (options.notation) signatures.push_back(sign_for_notation(subject, signer, options));
  std::optional<CosignLayer> layer;
  if (options.cosign) layer = sign_for_cosign(subject, signer, options);
  std::vector<std::string> written;
  for (const AttachedManifest& signature : signatures) {
    attach(destination, {signature});
    written.push_back(signature.manifest.digest.str());
  }
  if (layer) {
    written.push_back(add_to_cosign_tag(open, destination, subject.digest, ".sig", *layer));
  }
  return written;
}

}  // namespace lade::signing
