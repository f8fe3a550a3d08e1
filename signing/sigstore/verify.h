#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/base/json.h"
#include "signing/attest/statement.h"
#include "signing/sigstore/artifact.h"
#include "signing/sigstore/log_body.h"
#include "signing/sigstore/log_entry.h"
#include "signing/sigstore/signed_material.h"
#include "signing/sigstore/signer_identity.h"
#include "signing/sigstore/trusted_key.h"
#include "signing/sigstore/trusted_root.h"
#include "signing/x509/identity.h"
#include "signing/x509/timestamp.h"

namespace lade::signing {

/// What makes a signature count.
struct VerifyOptions {
  /// Any of these keys, or
  std::vector<TrustedKey> keys{};
  /// any of these identities in a certificate of the trusted root's authorities.
  std::vector<WantedIdentity> identities{};
  TrustedRoot trusted_root{};
  /// How many entries in different transparency logs have to vouch for the signature. 0 leaves what
  /// it says of logs unread.
  unsigned log_entries = 1;
  /// How many time-stamp authorities have to; those that are not trusted do not count.
  unsigned timestamps = 0;
  /// A certificate holds the promise of a trusted certificate transparency log.
  bool require_sct = true;
  /// When a certificate is looked at if nobody was to tell when it signed (`log_entries` and
  /// `timestamps` are 0).
  Timestamp now{};
};

/// A moment at which the signature was there, and who says so.
struct VerifiedTime {
  enum class Source : unsigned char { transparency_log, timestamp_authority, clock };

  Timestamp time;
  Source source = Source::transparency_log;
  std::string by{};  ///< the log or the authority; empty for the clock
};

/// "transparency log", "time-stamp authority", "clock".
std::string_view to_string(VerifiedTime::Source source);

/// A signature that is good and trusted: by whom, when, and who vouches for it.
struct Verified {
  SignerKey signer;
  /// Who the certificate names; nothing for a bare key.
  std::optional<CertificateIdentity> identity{};
  std::string authority{};  ///< who issued the certificate
  std::vector<VerifiedTime> times{};
  std::vector<VerifiedEntry> entries{};
  std::vector<VerifiedSct> scts{};
  std::optional<Statement> statement{};  ///< what an envelope says of the artifact
  /// What was passed over, and why: timestamps of authorities that are not trusted.
  std::vector<std::string> notes{};
};

/// Checks a signature of `artifact` with all that came with it, without a network. Throws `denied`
/// with the reason if it is not to be trusted, `invalid` or `unsupported` for what cannot be read.
Verified verify(const SignedMaterial& material, const Artifact& artifact,
                const VerifyOptions& options);

/// What `verify` needs to know of the artifact.
ArtifactNeeds needs_of(const SignedMaterial& material, const VerifyOptions& options);

}  // namespace lade::signing
