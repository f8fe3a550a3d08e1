#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signing/x509/chain.h"
#include "signing/x509/sct.h"

namespace lade::signing {

/// A transparency log that is believed.
struct TransparencyLog {
  std::string base_url{};
  PublicKey key;
  SignatureScheme scheme{};
  std::string log_id{};  ///< raw; its first 4 bytes are what checkpoints call the key
  TimeRange valid_for{};

  /// The base URL, or else the log's id.
  std::string name() const;
};

/// Whom to believe (protobuf-specs, sigstore_trustroot.proto): all lists may be empty.
struct TrustedRoot {
  static constexpr std::size_t size_limit_bytes = std::size_t{4} << 20;

  std::vector<Authority> certificate_authorities{};
  std::vector<TransparencyLog> logs{};
  std::vector<CtLog> ct_logs{};
  std::vector<Authority> timestamp_authorities{};
  /// Logs with keys of kinds that Lade does not know: as if they were not there, but for messages.
  std::vector<std::string> unusable{};

  const TransparencyLog* find_log(std::string_view log_id) const;
};

/// Of version 0.1 or 0.2. `invalid` says what of `what` is missing or wrong, `unsupported` names
/// another media type.
TrustedRoot parse_trusted_root(std::string_view bytes, std::string_view what);

}  // namespace lade::signing
