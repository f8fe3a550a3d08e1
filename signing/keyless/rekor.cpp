// Rekor v1 answers with one member, named by the entry's id, and names the entry in a header if it
// had it before (409), to be asked for by that id. Rekor v2 answers with what bundles hold, for a
// repeat as well. Either way it is the body of the entry that says what was entered, so that is
// compared with what was sent before anybody believes the rest.
#include "signing/keyless/rekor.h"

#include <openssl/evp.h>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/keyless/proposed_entry.h"
#include "signing/keyless/service.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/log_entry.h"
#include "signing/sigstore/proto_json.h"

namespace lade::signing {
namespace {

constexpr std::size_t proof_limit = 64;
constexpr std::size_t id_least_hex = 64;
constexpr std::size_t id_most_hex = 80;  // with the id of a tree before it

constexpr std::size_t hash_bytes_long = 32;

std::string bytes_of_hex(const std::string& text, const char* key, const std::string& what) {
  const auto bytes = from_hex(text);
  if (!bytes) fail(ErrorKind::invalid, "{}: {} is not hex", what, key);
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

std::string hash_of_hex(const std::string& text, const char* key, const std::string& what) {
  std::string hash = bytes_of_hex(text, key, what);
  if (hash.size() != hash_bytes_long) {
    fail(ErrorKind::invalid, "{}: {} has {} bytes; wanted {}", what, key, hash.size(),
         hash_bytes_long);
  }
  return hash;
}

InclusionProof proof_v1(const Json& json, const std::string& what) {
  InclusionProof proof{
      .index = get_count(json, "logIndex", what),
      .tree_size = get_count(json, "treeSize", what),
      .root_hash = hash_of_hex(get_string(json, "rootHash", what), "rootHash", what),
      .checkpoint = get_string(json, "checkpoint", what)};
  find_bounded_array(json, "hashes", proof_limit, what);
  for (const std::string& hash : find_strings(json, "hashes", what)) {
    proof.hashes.push_back(hash_of_hex(hash, "hashes", what));
  }
  return proof;
}

LogEntry entry_v1_of(const Json& json, const std::string& what) {
  if (!json.is_object() || json.size() != 1) {
    fail(ErrorKind::invalid, "{} holds {} entries; wanted one", what, json.size());
  }
  const Json& member = json.front();
  const Json& proofs = get_object(member, "verification", what);
  LogEntry entry{.index = get_count(member, "logIndex", what),
                 .log_id = hash_of_hex(get_string(member, "logID", what), "logID", what),
                 .integrated_time = get_count(member, "integratedTime", what),
                 .signed_entry_timestamp = get_bytes(proofs, "signedEntryTimestamp", what),
                 .proof = proof_v1(get_object(proofs, "inclusionProof", what), what),
                 .body = get_bytes(member, "body", what)};
  if (entry.integrated_time == 0) {
    fail(ErrorKind::invalid, "{} does not tell when the entry was made", what);
  }
  const Json body = parse_json(entry.body, what);
  entry.kind = get_string(body, "kind", what);
  entry.version = get_string(body, "apiVersion", what);
  return entry;
}

/// The entry's id alone is taken of the place that a log names: no answer leads elsewhere.
std::string id_in(const Service& service, const WebAnswer& answer) {
  std::string id = answer.location.substr(answer.location.rfind('/') + 1);
  if (!is_hex(id) || id.size() < id_least_hex || id.size() > id_most_hex) {
    fail(ErrorKind::corrupt,
         "{} has the entry already and does not say where: it names \"{}\", which ends in no id",
         service.name(), printable(answer.location));
  }
  return id;
}

/// What cannot be read of an answer is the log's doing, not a fault of who asked.
template <class Read>
LogEntry read_answer(const Service& service, const WebAnswer& answer, const Read& read) {
  service.require_success(answer);
  try {
    return read(service.parse(answer), "the answer of " + service.name());
  } catch (const Error& error) {
    fail(ErrorKind::corrupt, "{}", error.message());
  }
}

LogEntry enter_v1(const Service& service, const Json& proposed) {
  const std::string place = service.at("/api/v1/log/entries");
  WebAnswer answer = service.send({.url = place, .body = to_compact(proposed)});
  constexpr int status_conflict = 409;
  if (answer.status == status_conflict) {
    const std::string id = id_in(service, answer);
    answer = service.send({.method = "GET", .url = place + "/" + id, .content_type = {}});
  }
  return read_answer(service, answer, entry_v1_of);
}

LogEntry enter_v2(const Service& service, const Json& proposed) {
  const WebAnswer answer =
      service.send({.url = service.at("/api/v2/log/entries"), .body = to_compact(proposed)});
  return read_answer(service, answer, log_entry_of);
}

void require_hash_signed(const SignedMaterial& material, const Artifact& artifact,
                         const SignerKey& signer, std::string_view signature) {
  if (material.message() == nullptr || signer.key.kind() != KeyKind::ed25519) return;
  const SignatureScheme plain = signer.key.default_scheme();
  if (!artifact.bytes() || signer.key.verifies(*artifact.bytes(), signature, plain)) {
    fail(ErrorKind::unsupported,
         "a transparency log checks hashes, which a plain Ed25519 signature is not over; wanted "
         "Ed25519ph");
  }
}

void require_envelope_checkable(const LogService& log, const SignerKey& signer) {
  const KeyKind kind = signer.key.kind();
  if (log.api_version == 1 && (kind == KeyKind::ecdsa_p384 || kind == KeyKind::ecdsa_p521)) {
    fail(ErrorKind::unsupported,
         "Rekor v1 checks envelopes with SHA-256 alone, and an {} key signs them with {}; wanted "
         "ECDSA P-256, RSA or Ed25519, or a log of Rekor v2",
         signer.key.description(), to_string(signer.key.default_scheme().hash));
  }
  if (log.api_version == 2 && kind == KeyKind::ed25519) {
    fail(ErrorKind::unsupported,
         "Rekor v2 checks hashes, which an Ed25519 key signs no envelope by; wanted a key of "
         "another kind, or a log of Rekor v1");
  }
}

}  // namespace

void require_loggable(const LogService& log, const SignedMaterial& material,
                      const Artifact& artifact, const SignerKey& signer,
                      std::string_view signature) {
  if (log.api_version != 1 && log.api_version != 2) {
    fail(ErrorKind::unsupported, "{} speaks version {} of Rekor's API; wanted 1 or 2", log.url,
         log.api_version);
  }
  require_hash_signed(material, artifact, signer, signature);
  if (material.envelope() != nullptr) require_envelope_checkable(log, signer);
}

LogEntry enter_into_log(WebClient& client, const LogService& log, const SignedMaterial& material,
                        const Artifact& artifact, const SignerKey& signer,
                        std::string_view signature) {
  require_loggable(log, material, artifact, signer, signature);
  const Service service(client, "Rekor", log.url);
  const Json proposed = log.api_version == 1 ? proposed_v1(material, artifact, signer, signature)
                                             : proposed_v2(material, artifact, signer, signature);
  LogEntry entry = log.api_version == 1 ? enter_v1(service, proposed) : enter_v2(service, proposed);
  try {
    require_same(entry, material, signature, artifact, signer);
  } catch (const Error& error) {
    fail(ErrorKind::corrupt, "{} entered something else: {}", service.name(), error.message());
  }
  try {
    require_proven(entry);
  } catch (const Error& error) {
    fail(ErrorKind::corrupt, "{} proves nothing: {}", service.name(), error.message());
  }
  return entry;
}

}  // namespace lade::signing
