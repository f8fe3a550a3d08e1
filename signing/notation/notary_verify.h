#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "signing/notation/distinguished_name.h"
#include "signing/notation/notary_signature.h"

namespace lade::signing {

/// What is looked at, in this order (trust-store-trust-policy.md, "Signature Verification
/// details").
enum class NotaryCheck : unsigned char {
  integrity,            ///< the signature is good, and of this artifact
  authenticity,         ///< its certificates lead to whom is trusted
  authentic_timestamp,  ///< they were valid when it was made, as far as anybody vouches for that
  expiry,               ///< the signer still wants it used
  revocation            ///< no certificate was taken back; nobody is asked for that
};
inline constexpr std::size_t notary_check_count = 5;
/// "integrity", "authenticity", "authenticTimestamp", "expiry", "revocation".
std::string_view to_string(NotaryCheck check);

/// What comes of a check that fails.
enum class CheckAction : unsigned char {
  enforce,  ///< the signature is not trusted
  log,      ///< it is told
  skip      ///< it is not even looked at
};
/// "enforce", "log", "skip".
std::string_view to_string(CheckAction action);

using CheckActions = std::array<CheckAction, notary_check_count>;

/// Whom to trust, and how much.
struct NotaryTrust {
  std::string rule{};  ///< who says so, for messages
  /// Certificates of which one has to be in a signature's chain: of signers of either scheme.
  std::vector<Certificate> authorities{};
  std::vector<Certificate> signing_authorities{};
  /// Roots of time-stamp authorities. If there are any, a signature of the scheme notary.x509 needs
  /// a timestamp of theirs;
  std::vector<Certificate> timestamp_authorities{};
  /// only if its certificates are not valid any more, if this is set.
  bool timestamp_after_expiry = false;
  /// Of these the signer's subject has to have one whole; none: anybody.
  std::vector<DistinguishedName> subjects{};
  CheckActions actions{CheckAction::enforce, CheckAction::enforce, CheckAction::enforce,
                       CheckAction::enforce, CheckAction::log};
  Timestamp now{};

  /// Signatures are not even to be read.
  bool skips() const { return actions.front() == CheckAction::skip; }
};

struct CheckOutcome {
  NotaryCheck check = NotaryCheck::integrity;
  CheckAction action = CheckAction::enforce;
  bool passed = false;
  std::string reason{};  ///< why not; of one that passed, what it rests on
};

/// A signature, looked at.
struct NotaryVerdict {
  std::string rule{};
  std::vector<CheckOutcome> outcomes{};  ///< the last one is the one that decided, if that failed
  std::string signer{};                  ///< whom its certificate names, believed or not
  std::string signer_key{};              ///< the digest of that one's public key
  std::optional<Timestamp> signing_time{};  ///< as it says itself
  std::optional<Timestamp> stamped_time{};  ///< as a trusted time-stamp authority says
  /// What the signer says beside the digest; only if the signature is good.
  Annotations annotations{};

  bool is_trusted() const;
  /// Why not; empty if it is trusted.
  std::string reason() const;
};

/// Checks a signature of a manifest without a network. Throws nothing that a signature could cause.
NotaryVerdict verify(const NotarySignature& signature, const Digest& manifest,
                     const NotaryTrust& trust);

}  // namespace lade::signing
