#pragma once

#include <string>
#include <string_view>

#include "signing/keyless/web_client.h"
#include "signing/sigstore/artifact.h"
#include "signing/sigstore/log_body.h"
#include "signing/sigstore/signed_material.h"

namespace lade::signing {

/// A transparency log to write to.
struct LogService {
  std::string url{};
  unsigned api_version = 1;  ///< of Rekor: 1, or 2 for tiles
};

/// `unsupported` for a version of the API that nobody here speaks and for a signature that such a
/// log cannot check: plain Ed25519 over an artifact or, in Rekor v2, in an envelope; in Rekor v1,
/// which checks envelopes with SHA-256 alone, one by an ECDSA key of more than 256 bits.
void require_loggable(const LogService& log, const SignedMaterial& material,
                      const Artifact& artifact, const SignerKey& signer,
                      std::string_view signature);

/// Enters a signature by `signer` into a log, or finds it there: 0.0.1 for Rekor v1 (openapi.yaml,
/// `POST /api/v1/log/entries`), an envelope as dsse, what is over an artifact as hashedrekord;
/// 0.0.2 for Rekor v2 (rekor_service.proto, `POST /api/v2/log/entries`), either as hashedrekord.
/// The answer is an entry of that very signature, with a proof; whether the log is one to be
/// trusted, log_entry.h has to say.
///
/// `corrupt` for an answer that cannot be read or is about something else; else as
/// `require_loggable`.
LogEntry enter_into_log(WebClient& client, const LogService& log, const SignedMaterial& material,
                        const Artifact& artifact, const SignerKey& signer,
                        std::string_view signature);

}  // namespace lade::signing
