#include "signing/keyless/witness.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "signing/keyless/timestamp_authority.h"
#include "signing/sigstore/content.h"
#include "signing/sigstore/verify.h"
#include "signing/x509/timestamp.h"

namespace lade::signing {
namespace {

/// Whoever signs is whom they are: any identity will do, all else has to be as it should.
VerifyOptions options_for(const Witnesses& witnesses, const SignerKey& signer) {
  VerifyOptions options{.trusted_root = *witnesses.trusted_root,
                        .log_entries = static_cast<unsigned>(witnesses.logs.size()),
                        .timestamps = static_cast<unsigned>(witnesses.timestamp_authorities.size()),
                        .require_sct = witnesses.require_sct};
  if (signer.certificate) {
    options.identities.push_back({.name = WantedText::matching("", "any name"),
                                  .issuer = WantedText::matching("", "any issuer")});
  } else {
    options.keys.emplace_back(signer.key);
  }
  return options;
}

/// Each moment that was told is one at which the certificate was valid: however few are believed by
/// whoever verifies, one that is not would be held against it.
void require_in_time(const SignedMaterial& material, const Certificate& certificate) {
  const auto require = [&](Timestamp time, std::string_view by) {
    if (certificate.validity().contains(time)) return;
    fail(ErrorKind::denied, "the certificate is valid {}, and {} tells that it signed at {}",
         certificate.validity().str(), by, to_rfc3339(time));
  };
  for (const LogEntry& entry : material.entries) {
    if (entry.integrated_time != 0) require({.seconds = entry.integrated_time}, "a log");
  }
  for (const std::string& response : material.timestamps) {
    require(told_time(response), "a time-stamp authority");
  }
}

}  // namespace

bool Witnesses::tell_time() const {
  return !timestamp_authorities.empty() ||
         std::any_of(logs.begin(), logs.end(),
                     [](const LogService& log) { return log.api_version == 1; });
}

void witness(WebClient& client, const Witnesses& witnesses, SignedMaterial& material,
             const Artifact& artifact, const SignerKey& signer) {
  const auto signature = find_signature(material, artifact, signer.key);
  if (!signature) fail(ErrorKind::internal, "the signature is not by the key that made it");
  for (const LogService& log : witnesses.logs) {
    require_loggable(log, material, artifact, signer, *signature);
  }
  for (const std::string& url : witnesses.timestamp_authorities) {
    material.timestamps.push_back(request_timestamp(client, url, *signature));
  }
  for (const LogService& log : witnesses.logs) {
    material.entries.push_back(enter_into_log(client, log, material, artifact, signer, *signature));
  }
  if (signer.certificate) require_in_time(material, *signer.certificate);
  if (!witnesses.trusted_root) return;
  try {
    verify(material, artifact, options_for(witnesses, signer));
  } catch (Error& error) {
    error.add_context("what the services answered does not verify with the trusted root");
    throw;
  }
}

}  // namespace lade::signing
