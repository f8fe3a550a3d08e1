#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signing/notation/notary_verify.h"

namespace lade::signing {

/// A named collection of certificates in a trust store.
struct TrustStoreName {
  enum class Kind : unsigned char { ca, signing_authority, tsa };

  Kind kind = Kind::ca;
  std::string name{};

  bool operator==(const TrustStoreName&) const = default;
};
/// "ca", "signingAuthority", "tsa".
std::string_view to_string(TrustStoreName::Kind kind);

/// What a trust policy says of some repositories.
struct TrustStatement {
  std::string name{};
  std::vector<std::string> scopes{};    ///< repositories with their registry, or "*" alone
  std::string level{};                  ///< "strict", "permissive", "audit", "skip"
  CheckActions actions{};               ///< of the level, as far as they are not overridden
  bool timestamp_after_expiry = false;  ///< `verifyTimestamp` is "afterCertExpiry"
  std::vector<TrustStoreName> stores{};
  std::vector<DistinguishedName> subjects{};  ///< none: anybody ("*")
};

/// Notation's trust policy, version 1.0 (trust-store-trust-policy.md, "Trust Policy").
struct TrustPolicy {
  static constexpr std::size_t size_limit_bytes = std::size_t{1} << 20;

  std::string what{};  ///< its file, for messages
  std::vector<TrustStatement> statements{};

  /// The statement for a repository ("registry.example/team/app"; empty: an image that is in none):
  /// one that names it, else the one for all. `denied` if there is none.
  const TrustStatement& select(std::string_view repository) const;
};

/// Read strictly: unknown members, names twice, scopes twice, stores that are no file names and
/// identities that overlap are refused. `invalid` names the statement, `unsupported` another
/// version or kind of identity.
TrustPolicy parse_trust_policy(std::string_view text, std::string_view what);

/// What a statement means, with the certificates that its stores hold now below `trust_store`
/// (trust_store.h); they are not read if it skips verification.
NotaryTrust trust_of(const TrustPolicy& policy, const TrustStatement& statement,
                     const std::string& trust_store, Timestamp now);

}  // namespace lade::signing
