#include "signing/sigstore/log_entry.h"

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/merkle.h"

namespace lade::signing {
namespace {

/// Rekor v2 has one tree a log and tells no times; its types are these.
bool is_of_rekor_v2(const LogEntry& entry) {
  return entry.version == "0.0.2" && entry.kind != "intoto";
}

/// What Rekor v1 signs when it takes an entry: JSON in canonical form (RFC 8785).
std::string promised_bytes(const LogEntry& entry) {
  return fmt::format(R"({{"body":"{}","integratedTime":{},"logID":"{}","logIndex":{}}})",
                     to_base64(entry.body), entry.integrated_time, hex_of(entry.log_id),
                     entry.index);
}

void require_promise(const LogEntry& entry, const TransparencyLog& log) {
  if (!log.key.verifies(promised_bytes(entry), entry.signed_entry_timestamp, log.scheme)) {
    fail(ErrorKind::denied, "the promise (SET) for the log entry {} is not signed by {}",
         entry.index, log.name());
  }
  const Timestamp time{.seconds = entry.integrated_time};
  if (!log.valid_for.contains(time)) {
    fail(ErrorKind::denied, "the log entry {} is of {}, and {} is believed {}", entry.index,
         to_rfc3339(time), log.name(), log.valid_for.str());
  }
}

void require_proof(const LogEntry& entry, const TransparencyLog& log) {
  if (!require_proven(entry).is_signed_by(log)) {
    fail(ErrorKind::denied, "the checkpoint of the log entry {} is not signed by {}", entry.index,
         log.name());
  }
  if (is_of_rekor_v2(entry) && entry.index != entry.proof->index) {
    fail(ErrorKind::denied, "the log entry is said to be {} and is proven to be {}", entry.index,
         entry.proof->index);
  }
}

}  // namespace

Checkpoint require_proven(const LogEntry& entry) {
  const InclusionProof& proof = *entry.proof;
  const auto root = root_of_proof(leaf_hash(entry.body), static_cast<std::uint64_t>(proof.index),
                                  static_cast<std::uint64_t>(proof.tree_size), proof.hashes);
  if (!root || *root != proof.root_hash) {
    fail(ErrorKind::denied,
         "the inclusion proof of the log entry {} does not lead to the tree's root: {}, not {}",
         entry.index, root ? hex_of(*root) : "nowhere", hex_of(proof.root_hash));
  }
  Checkpoint checkpoint = parse_checkpoint(proof.checkpoint);
  if (checkpoint.root_hash != proof.root_hash ||
      checkpoint.tree_size != static_cast<std::uint64_t>(proof.tree_size)) {
    fail(ErrorKind::denied,
         "the log signed the root {} of {} entries; the inclusion proof leads to {} of {}",
         hex_of(checkpoint.root_hash), checkpoint.tree_size, hex_of(proof.root_hash),
         proof.tree_size);
  }
  return checkpoint;
}

VerifiedEntry verify_entry(const LogEntry& entry, const TrustedRoot& root) {
  const TransparencyLog* log = root.find_log(entry.log_id);
  if (log == nullptr) {
    fail(ErrorKind::denied,
         "the log entry {} is of the transparency log {}, which is not trusted{}", entry.index,
         hex_of(entry.log_id),
         root.unusable.empty() ? "" : "; not usable: " + join(root.unusable, "; "));
  }
  const bool promised = !entry.signed_entry_timestamp.empty();
  if (!promised && !entry.proof) {
    fail(ErrorKind::denied, "the log entry {} has neither a promise (SET) nor an inclusion proof",
         entry.index);
  }
  if (promised) require_promise(entry, *log);
  if (entry.proof) require_proof(entry, *log);
  VerifiedEntry verified{.log = log->name(),
                         .log_id = hex_of(entry.log_id),
                         .index = promised ? entry.index : entry.proof->index,
                         .kind = entry.kind,
                         .version = entry.version};
  if (promised) verified.integrated_time = Timestamp{.seconds = entry.integrated_time};
  return verified;
}

}  // namespace lade::signing
