#include "signing/sigstore/content.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

/// How a key may have signed, most likely first. ECDSA keys of all sizes are used with SHA-256,
/// too.
std::vector<SignatureScheme> schemes_of(const PublicKey& key, std::optional<MessageHash> hash) {
  if (key.kind() == KeyKind::ed25519) return {{}, {.form = SignatureScheme::Form::prehashed}};
  if (hash) return {{.hash = *hash}};
  const SignatureScheme usual = key.default_scheme();
  if (usual == SignatureScheme{}) return {usual};
  return {usual, {}};
}

bool verifies(const PublicKey& key, const Artifact& artifact, std::string_view signature,
              const SignatureScheme& scheme) {
  if (key.kind() == KeyKind::ed25519) {
    if (artifact.bytes()) return key.verifies(*artifact.bytes(), signature, scheme);
    fail(ErrorKind::invalid,
         "an Ed25519 signature is over the bytes themselves; {} is not enough to check it by",
         artifact.str());
  }
  const auto hash = artifact.hash(scheme.hash);
  return hash && key.verifies_hash(*hash, signature, scheme);
}

Statement statement_of(const Envelope& envelope) {
  if (envelope.payload_type != Envelope::in_toto_type) {
    fail(ErrorKind::denied,
         "what was signed is of the type {}, and says nothing of an artifact; "
         "wanted {}",
         printable(envelope.payload_type), Envelope::in_toto_type);
  }
  return parse_statement(envelope.payload, "the signed statement");
}

std::string subjects_of(const Statement& statement) {
  constexpr std::size_t shown = 4;
  std::vector<std::string> names;
  for (const Subject& subject : statement.subjects) {
    if (names.size() == shown) {
      names.push_back(fmt::format("{} more", statement.subjects.size() - shown));
      break;
    }
    for (const auto& [algorithm, hex] : subject.digests) {
      names.push_back(printable(algorithm + ":" + hex));
      break;
    }
  }
  return join(names, ", ");
}

}  // namespace

ArtifactNeeds needs_of(const SignedMaterial& material, const PublicKey& key) {
  ArtifactNeeds needs;
  // a statement may name its subjects by either
  if (material.envelope() != nullptr) needs.hashes.insert(MessageHash::sha512);
  if (const MessageSignature* message = material.message()) {
    if (message->hash) needs.hashes.insert(*message->hash);
    needs.hashes.insert(key.default_scheme().hash);
    needs.bytes = key.kind() == KeyKind::ed25519;
    if (needs.bytes) needs.hashes.insert(MessageHash::sha512);
  }
  return needs;
}

std::optional<std::string> find_signature(const SignedMaterial& material, const Artifact& artifact,
                                          const PublicKey& key) {
  if (const MessageSignature* message = material.message()) {
    for (const SignatureScheme& scheme : schemes_of(key, message->hash)) {
      if (verifies(key, artifact, message->bytes, scheme)) return message->bytes;
    }
    return std::nullopt;
  }
  const Envelope& envelope = *material.envelope();
  const std::string signed_bytes = envelope.signed_bytes();
  for (const SignatureScheme& scheme : schemes_of(key, std::nullopt)) {
    for (const EnvelopeSignature& signature : envelope.signatures) {
      if (key.verifies(signed_bytes, signature.bytes, scheme)) return signature.bytes;
    }
  }
  return std::nullopt;
}

std::optional<Statement> require_about(const SignedMaterial& material, const Artifact& artifact) {
  if (const MessageSignature* message = material.message()) {
    const auto hash = message->hash ? artifact.hash(*message->hash) : std::nullopt;
    if (hash && *hash != message->digest) {
      fail(ErrorKind::denied, "the signature is of {}, not of {}",
           to_hex(std::as_bytes(std::span(message->digest))), artifact.str());
    }
    return std::nullopt;
  }
  Statement statement = statement_of(*material.envelope());
  const std::vector<Digest> digests = artifact.digests();
  if (std::none_of(digests.begin(), digests.end(),
                   [&](const Digest& digest) { return statement.is_about(digest); })) {
    fail(ErrorKind::denied, "the signed statement is about {}, not about {}",
         subjects_of(statement), artifact.str());
  }
  return statement;
}

}  // namespace lade::signing
