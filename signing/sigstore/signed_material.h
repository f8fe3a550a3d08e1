#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libimage/base/text.h"
#include "signing/attest/dsse.h"
#include "signing/x509/certificate.h"

namespace lade::signing {

/// Raw bytes as messages show them.
inline std::string hex_of(std::string_view bytes) {
  return to_hex(std::as_bytes(std::span(bytes)));
}

/// The way from a leaf of a log's tree to its root (RFC 6962, 2.1.1).
struct InclusionProof {
  std::int64_t index = 0;  ///< of the leaf
  std::int64_t tree_size = 0;
  std::string root_hash{};
  std::vector<std::string> hashes{};
  std::string checkpoint{};  ///< what the log signed of the tree; empty in old bundles
};

/// What a transparency log says of a signature.
struct LogEntry {
  std::int64_t index = 0;
  std::string log_id{};  ///< raw
  std::string kind{};    ///< "hashedrekord"…
  std::string version{};
  std::int64_t integrated_time = 0;      ///< seconds since 1970; 0 if the log tells none
  std::string signed_entry_timestamp{};  ///< the promise of Rekor v1; may be empty
  std::optional<InclusionProof> proof{};
  std::string body{};  ///< JSON, as the log keeps it
};

/// A signature over bytes that are elsewhere.
struct MessageSignature {
  std::optional<MessageHash> hash{};
  std::string digest{};  ///< of the bytes by `hash`, unsigned
  std::string bytes{};   ///< the signature
};

/// Everything that comes with a signature, whichever form it came in.
struct SignedMaterial {
  static constexpr std::size_t entries_limit = 32;
  static constexpr std::size_t timestamps_limit = 32;

  std::vector<Certificate> certificates{};  ///< the signer's first; none where it is a bare key
  std::string key_hint{};                   ///< what the signer called its key, unsigned
  std::vector<LogEntry> entries{};
  std::vector<std::string> timestamps{};  ///< RFC 3161 responses over the signature
  std::variant<MessageSignature, Envelope> content{};
  /// An envelope's bytes as they were kept, where somebody may have their hash; may be empty.
  std::string envelope_bytes{};

  const Envelope* envelope() const { return std::get_if<Envelope>(&content); }
  const MessageSignature* message() const { return std::get_if<MessageSignature>(&content); }
};

}  // namespace lade::signing
