#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "signing/sigstore/checkpoint.h"
#include "signing/sigstore/signed_material.h"
#include "signing/sigstore/trusted_root.h"

namespace lade::signing {

/// A log entry that a trusted log vouches for.
struct VerifiedEntry {
  std::string log;
  std::string log_id;  ///< hex
  std::int64_t index = 0;
  std::string kind;
  std::string version;
  std::optional<Timestamp> integrated_time{};  ///< signed by the log; Rekor v2 tells none
};

/// The proof of an entry leads to the root that its checkpoint tells; whose that is, its signatures
/// have to say. The entry has a proof. `denied` or `invalid` if it does not.
Checkpoint require_proven(const LogEntry& entry);

/// A log of `root` promised to include the entry (Rekor v1's SET), or proves that it did (inclusion
/// proof and checkpoint): each of the two that is there has to be good, and one has to be there.
/// `denied` says what is not. What the entry is of, log_body.h has to say.
VerifiedEntry verify_entry(const LogEntry& entry, const TrustedRoot& root);

}  // namespace lade::signing
