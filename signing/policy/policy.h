#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// policy.json as values (containers-policy.json(5)).
namespace lade::signing {

/// Where keys or certificates are: in files, or in the policy itself; never both.
struct KeySource {
  std::vector<std::string> paths{};
  std::vector<std::string> data{};  ///< decoded

  bool empty() const { return paths.empty() && data.empty(); }
};

/// What the name that a signature claims has to be.
struct IdentityMatch {
  enum class Kind : unsigned char {
    match_exact,
    match_repo_digest_or_exact,
    match_repository,
    exact_reference,
    exact_repository,
    remap_identity
  };

  Kind kind = Kind::match_repo_digest_or_exact;
  std::string wanted{};         ///< dockerReference, dockerRepository, or prefix
  std::string signed_prefix{};  ///< of remap_identity
};

/// "matchExact"…, as policy.json spells it.
std::string_view to_string(IdentityMatch::Kind kind);

struct AcceptAnything {};
struct RejectAll {};

/// A simple-signing signature by an OpenPGP key.
struct SignedBy {
  std::string key_type{};  ///< "GPGKeys", or one of those that allow nothing
  KeySource keys{};
  IdentityMatch identity{};
};

/// Who has to have got a certificate of Fulcio's.
struct FulcioTrust {
  KeySource authorities{};
  std::string oidc_issuer{};
  std::string subject_email{};
};

/// Who has to have got a certificate of somebody else's.
struct PkiTrust {
  KeySource roots{};
  KeySource intermediates{};
  std::string subject_email{};
  std::string subject_hostname{};
};

/// A signature of cosign's kind, by any of these keys or by a certificate, and perhaps in one of
/// the logs with these keys.
struct SigstoreSigned {
  std::variant<KeySource, FulcioTrust, PkiTrust> signer{};
  KeySource rekor_keys{};
  IdentityMatch identity{};
};

/// That the image is made on a signed one; nobody can tell, so it allows nothing.
struct SignedBaseLayer {
  IdentityMatch identity{};
};

using Requirement =
    std::variant<AcceptAnything, RejectAll, SignedBy, SigstoreSigned, SignedBaseLayer>;
/// All of them have to hold; never empty.
using Requirements = std::vector<Requirement>;

/// "insecureAcceptAnything"…, as policy.json spells it.
std::string_view type_of(const Requirement& requirement);

struct Policy {
  static constexpr std::size_t size_limit_bytes = std::size_t{16} << 20;

  Requirements fallback{};  ///< "default"
  /// By transport, then by scope; the scope "" is the transport's default.
  std::map<std::string, std::map<std::string, Requirements>> transports{};
};

/// Strict: `invalid` says what is missing, unknown, doubled or wrong, and where
/// ("transports.docker.
/// \"example.com/app\"[0].keyPath").
Policy parse_policy(std::string_view text, std::string_view what);
/// The same of a file, which every message names.
Policy parse_policy_file(std::string_view text, const std::string& path);

}  // namespace lade::signing
