#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/base/time.h"
#include "libimage/oci/digest.h"
#include "signing/notation/distinguished_name.h"
#include "signing/policy/policy.h"
#include "signing/sigstore/signer_identity.h"
#include "signing/sigstore/trusted_key.h"
#include "signing/sigstore/trusted_root.h"
#include "signing/x509/time_range.h"

/// policy.toml as values (docs/policy.md).
namespace lade::signing {

/// What comes of an image that a rule does not allow.
enum class PolicyMode : unsigned char {
  enforce,  ///< it is refused
  warn,     ///< it is told
  audit     ///< it is written down
};
/// "enforce", "warn", "audit".
std::string_view to_string(PolicyMode mode);

/// Somebody who may sign: one party, however many keys it has.
struct NamedSigner {
  std::string name{};
  std::vector<TrustedKey> keys{};
  std::optional<WantedIdentity> identity{};  ///< in a certificate of the trusted root's authorities
  /// Of Notary Project signatures, as NotaryTrust has them.
  std::vector<Certificate> authorities{};
  std::vector<Certificate> timestamp_authorities{};
  std::optional<DistinguishedName> subject{};
  bool needs_revocation = false;  ///< of Notary Project signatures, as CheckAction::enforce has it
  bool needs_log = false;
  bool says_log =
      false;  ///< in so many words, so that it is said of Notary Project signatures, too
  bool needs_timestamp = false;
  bool needs_sct = true;
  TimeRange trusted{};
  std::size_t line = 0;
};

/// Of these parties, so many.
struct SignerSet {
  std::vector<std::size_t> signers{};  ///< indexes in LadePolicy::signers, each once
  unsigned threshold = 1;
};

/// What of a name that was signed a policy.toml can want, and the words for it.
inline constexpr std::pair<std::string_view, IdentityMatch::Kind> signed_name_words[] = {
    {"exact", IdentityMatch::Kind::match_exact},
    {"digest-or-exact", IdentityMatch::Kind::match_repo_digest_or_exact},
    {"repository", IdentityMatch::Kind::match_repository}};

/// Signatures of the image itself.
struct RequiredSignature {
  SignerSet by{};
  /// What the name that was signed has to be; nothing: any.
  std::optional<IdentityMatch::Kind> signed_name{};
};

/// What a predicate must say, in words if it does not.
using PredicateCondition = std::function<std::optional<std::string>(const Json&)>;

/// An attestation of a type, by whom, and what it has to say.
struct RequiredAttestation {
  std::string type{};  ///< a URI
  SignerSet by{};
  PredicateCondition condition{};  ///< empty: anything
  std::optional<WantedText> builder{};
  std::optional<WantedText> source{};
  std::optional<std::int64_t> age_limit_seconds{};
  std::string time_path{};  ///< where the predicate has its time; empty: where its type has it
};

enum class Severity : unsigned char { critical, high, medium, low, unknown };
inline constexpr std::size_t severity_count = 5;
/// "critical", "high", "medium", "low", "unknown".
std::string_view to_string(Severity severity);

/// An attested report of vulnerabilities that has few enough of them.
struct RequiredScan {
  RequiredAttestation report{};
  std::array<std::optional<std::uint64_t>, severity_count> most{};
};

/// Images that may be a base, and who has to have signed them for what they say of their own.
struct BaseLevel {
  std::vector<std::string> images{};  ///< scopes, or digests
  SignerSet by{};
};

/// What an image is made on: its base one of the first level, the base of that one of the second…
struct RequiredBases {
  SignerSet by{};  ///< who has to have signed what tells the base
  std::vector<BaseLevel> levels{};
  bool ask_store = true;
  bool ask_registry = false;
};

struct RuleRequirement {
  std::string name{};
  std::variant<RequiredSignature, RequiredAttestation, RequiredScan, RequiredBases> wanted{};
};
/// "signature", "attestation", "scan", "bases".
std::string_view kind_of(const RuleRequirement& requirement);

/// What holds for some images.
struct ImageRule {
  std::string name{};
  std::vector<std::string> scopes{};  ///< none: the default
  PolicyMode mode = PolicyMode::enforce;
  std::optional<bool> allows{};  ///< without requirements: all, or none
  std::vector<RuleRequirement> requirements{};
  std::size_t line = 0;
};

/// That a requirement need not hold for a while, and who says so.
struct Waiver {
  std::string rule{};
  std::string requirement{};            ///< empty: all of the rule
  std::string scope{};                  ///< empty: all images
  std::optional<Digest> digest{};       ///< of the image; nothing: all
  std::vector<std::string> findings{};  ///< of a scan, these alone; none: the requirement
  std::string reason{};
  std::string by{};
  Timestamp expires{};
  std::size_t line = 0;

  /// "by security@example.com until 2027-01-31T00:00:00Z: not reachable".
  std::string str() const;
};

/// A policy.toml, read.
struct LadePolicy {
  static constexpr std::size_t size_limit_bytes = std::size_t{4} << 20;
  static constexpr std::int64_t version = 1;

  std::string path{};  ///< for messages
  std::string audit_log{};
  TrustedRoot trusted_root{};
  std::vector<NamedSigner> signers{};
  std::vector<ImageRule> rules{};
  ImageRule fallback{};  ///< "default"
  std::vector<Waiver> waivers{};
};

/// Reads a file that a policy names, by its path.
using PolicyFileReader = std::function<std::string(const std::string& path)>;

/// Strict: `invalid` says "FILE:LINE: KEY: …" for what is missing, unknown, doubled or wrong, also
/// in the files that it names, which `read` opens; those with relative paths are beside it.
LadePolicy parse_lade_policy(std::string_view text, const std::string& path,
                             const PolicyFileReader& read);
/// The same, with the files that it names read from disk.
LadePolicy parse_lade_policy(std::string_view text, const std::string& path);

}  // namespace lade::signing
