// The steps, each of which ends all if it fails: the key that made the signature is found (of the
// certificate, or of those given); what was signed is about the artifact; the logs vouch for the
// entries, and these are of this signature; timestamps are of this signature; the certificate leads
// to a trusted authority at every moment that logs and timestamps tell, was promised to a
// certificate transparency log, and names whom was wanted.
#include "signing/sigstore/verify.h"

#include <algorithm>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/content.h"

namespace lade::signing {
namespace {

struct Found {
  SignerKey signer;
  std::string signature;
};

Found find_by_certificate(const SignedMaterial& material, const Artifact& artifact) {
  const Certificate& certificate = material.certificates.front();
  const PublicKey key = certificate.public_key();
  auto signature = find_signature(material, artifact, key);
  if (!signature) {
    fail(ErrorKind::denied, "the signature of {} is not by the key of its certificate, for {}",
         artifact.str(), identity_of(certificate).str());
  }
  return {.signer = {.key = key, .certificate = certificate}, .signature = std::move(*signature)};
}

Found find_by_keys(const SignedMaterial& material, const Artifact& artifact,
                   const std::vector<TrustedKey>& keys) {
  std::vector<std::string> ids;
  for (const TrustedKey& one : keys) {
    const PublicKey& key = one.key;
    if (auto signature = find_signature(material, artifact, key)) {
      return {.signer = {.key = key}, .signature = std::move(*signature)};
    }
    ids.push_back(fmt::format("{} {}", key.description(), key.id().str()));
  }
  fail(ErrorKind::denied, "the signature is not one of {} by {}", artifact.str(),
       join(ids, " or "));
}

Found find_signer(const SignedMaterial& material, const Artifact& artifact,
                  const VerifyOptions& options) {
  if (!material.certificates.empty() && (options.keys.empty() || !options.identities.empty())) {
    if (options.identities.empty()) {
      fail(ErrorKind::denied,
           "the signature is by a certificate for {}; neither an identity nor a "
           "key was given to accept",
           identity_of(material.certificates.front()).str());
    }
    return find_by_certificate(material, artifact);
  }
  if (options.keys.empty()) {
    fail(ErrorKind::denied, "the signature is by a key{}, and no key was given to check it with",
         material.key_hint.empty() ? "" : fmt::format(" called {}", printable(material.key_hint)));
  }
  return find_by_keys(material, artifact, options.keys);
}

void check_entries(const SignedMaterial& material, const Artifact& artifact, const Found& found,
                   const VerifyOptions& options, Verified& verified) {
  std::set<std::pair<std::string, std::int64_t>> different;
  for (const LogEntry& entry : material.entries) {
    VerifiedEntry good = verify_entry(entry, options.trusted_root);
    require_same(entry, material, found.signature, artifact, found.signer);
    if (!different.emplace(good.log_id, good.index).second) {
      fail(ErrorKind::denied, "the log entry {} of {} comes twice", good.index, good.log);
    }
    if (good.integrated_time) {
      verified.times.push_back({.time = *good.integrated_time,
                                .source = VerifiedTime::Source::transparency_log,
                                .by = good.log});
    }
    verified.entries.push_back(std::move(good));
  }
  if (verified.entries.size() < options.log_entries) {
    fail(ErrorKind::denied,
         "{} of {} entries in transparency logs that are wanted vouch for the "
         "signature",
         verified.entries.size(), options.log_entries);
  }
}

void check_timestamps(const SignedMaterial& material, const Found& found,
                      const VerifyOptions& options, Verified& verified) {
  std::set<std::string> different;
  for (const std::string& response : material.timestamps) {
    try {
      VerifiedTimestamp good =
          verify_timestamp(response, found.signature, options.trusted_root.timestamp_authorities);
      different.insert(good.authority);
      verified.times.push_back({.time = good.time,
                                .source = VerifiedTime::Source::timestamp_authority,
                                .by = std::move(good.authority)});
    } catch (const UnknownAuthority& unknown) {
      // whoever could make one that is passed over could leave it out as well
      verified.notes.push_back(unknown.message());
    }
  }
  if (different.size() < options.timestamps) {
    fail(ErrorKind::denied, "{} of {} timestamps that are wanted vouch for the signature{}",
         different.size(), options.timestamps,
         verified.notes.empty() ? "" : ": " + join(verified.notes, "; "));
  }
}

void require_time(const VerifyOptions& options, Verified& verified) {
  if (!verified.times.empty()) return;
  if (options.log_entries == 0 && options.timestamps == 0) {
    verified.times.push_back({.time = options.now, .source = VerifiedTime::Source::clock});
    return;
  }
  fail(ErrorKind::denied, "nobody who is trusted tells when the certificate signed: {}",
       verified.notes.empty() ? "there is neither a log's time nor a timestamp"
                              : join(verified.notes, "; "));
}

/// The certificate's chain at a moment, to whichever authority vouches for it then.
std::vector<Certificate> chain_at(Timestamp time, const SignedMaterial& material,
                                  const TrustedRoot& root, std::string& authority_name) {
  const Certificate& leaf = material.certificates.front();
  if (!leaf.validity().contains(time)) {
    fail(ErrorKind::denied, "the certificate was valid {}; the signature is of {}",
         leaf.validity().str(), to_rfc3339(time));
  }
  const std::span<const Certificate> extra = std::span(material.certificates).subspan(1);
  std::vector<std::string> objections;
  for (const Authority& authority : root.certificate_authorities) {
    if (!authority.valid_for.contains(time)) {
      objections.push_back(fmt::format("{} is believed {}, the signature is of {}",
                                       authority.name(), authority.valid_for.str(),
                                       to_rfc3339(time)));
      continue;
    }
    try {
      std::vector<Certificate> chain =
          build_chain(leaf, extra, authority, time, CertificateUse::code_signing);
      authority_name = authority.name();
      return chain;
    } catch (const Error& error) {
      objections.push_back(error.message());
    }
  }
  fail(ErrorKind::denied, "no trusted authority vouches for the certificate: {}",
       objections.empty() ? "there is none" : join(objections, "; "));
}

void check_certificate(const SignedMaterial& material, const VerifyOptions& options,
                       Verified& verified) {
  const Certificate& leaf = *verified.signer.certificate;
  require_time(options, verified);
  std::vector<Certificate> chain;
  for (const VerifiedTime& moment : verified.times) {
    chain = chain_at(moment.time, material, options.trusted_root, verified.authority);
  }
  if (options.require_sct) {
    if (chain.size() < 2) {
      fail(ErrorKind::denied,
           "the certificate {} is itself what is trusted, and no certificate "
           "transparency log can vouch for it",
           leaf.name());
    }
    verified.scts = verify_scts(leaf, chain[1], options.trusted_root.ct_logs);
  }
  verified.identity = identity_of(leaf);
  require_identity(*verified.identity, options.identities);
}

void check_key(const VerifyOptions& options, const Verified& verified) {
  std::vector<Timestamp> moments;
  for (const VerifiedTime& one : verified.times) moments.push_back(one.time);
  if (moments.empty()) moments.push_back(options.now);
  require_trusted_key(verified.signer.key, options.keys, moments);
}

}  // namespace

std::string_view to_string(VerifiedTime::Source source) {
  switch (source) {
    case VerifiedTime::Source::transparency_log:
      return "transparency log";
    case VerifiedTime::Source::timestamp_authority:
      return "time-stamp authority";
    case VerifiedTime::Source::clock:
      return "clock";
  }
  return "unknown";
}

Verified verify(const SignedMaterial& material, const Artifact& artifact,
                const VerifyOptions& options) {
  const Found found = find_signer(material, artifact, options);
  Verified verified{.signer = found.signer};
  verified.statement = require_about(material, artifact);
  if (options.log_entries > 0) check_entries(material, artifact, found, options, verified);
  check_timestamps(material, found, options, verified);
  if (found.signer.certificate) {
    check_certificate(material, options, verified);
  } else {
    check_key(options, verified);
  }
  return verified;
}

ArtifactNeeds needs_of(const SignedMaterial& material, const VerifyOptions& options) {
  ArtifactNeeds needs;
  const auto add = [&](const PublicKey& key) {
    const ArtifactNeeds more = needs_of(material, key);
    needs.hashes.insert(more.hashes.begin(), more.hashes.end());
    needs.bytes = needs.bytes || more.bytes;
  };
  for (const TrustedKey& one : options.keys) add(one.key);
  if (!material.certificates.empty()) add(material.certificates.front().public_key());
  return needs;
}

}  // namespace lade::signing
