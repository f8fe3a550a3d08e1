// A threshold counts parties, not signatures: whoever has two keys is one party, and a key that two
// parties share counts for one of them. So parties and keys are matched, each with one at most, and
// as many as possible (Kuhn's algorithm; both sides are small).
#include "signing/lade_policy/party_check.h"

#include <algorithm>
#include <set>
#include <span>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

bool is_by_key(const NamedSigner& signer, const PublicKey& key) {
  return std::any_of(signer.keys.begin(), signer.keys.end(),
                     [&](const TrustedKey& one) { return one.key == key; });
}

/// A key is trusted for itself, whoever certified it; else the authorities decide.
std::optional<NotaryTrust> notary_trust_of(const NamedSigner& signer,
                                           const NotarySignature& signature, Timestamp now) {
  NotaryTrust trust{.rule = "the signer " + signer.name, .now = now};
  if (!signature.certificates.empty() &&
      is_by_key(signer, signature.certificates.front().public_key())) {
    trust.authorities = {signature.certificates.back()};
    if (signer.needs_timestamp) trust.timestamp_authorities = signer.timestamp_authorities;
    return trust;
  }
  if (signer.authorities.empty()) return std::nullopt;
  trust.authorities = signer.authorities;
  trust.timestamp_authorities = signer.timestamp_authorities;
  if (signer.subject) trust.subjects = {*signer.subject};
  if (signer.needs_revocation) {
    trust.actions[static_cast<std::size_t>(NotaryCheck::revocation)] = CheckAction::enforce;
  }
  return trust;
}

/// No log knows a Notary Project signature, and its timestamps are those of its own authorities.
void require_provable(const NamedSigner& signer) {
  if (signer.says_log) {
    fail(ErrorKind::denied,
         "it is a Notary Project signature, which is in no transparency log, and {} has to be in "
         "one",
         signer.name);
  }
  if (signer.needs_timestamp && signer.timestamp_authorities.empty()) {
    fail(ErrorKind::denied,
         "it is a Notary Project signature, and {} names no timestamp_authorities for the "
         "timestamp that it has to have",
         signer.name);
  }
}

ImageVerifyOptions options_of(const LadePolicy& policy, const NamedSigner& signer, Timestamp now) {
  ImageVerifyOptions options;
  VerifyOptions& verify = options.verify;
  verify.keys = signer.keys;
  if (signer.identity) verify.identities.push_back(*signer.identity);
  verify.trusted_root = policy.trusted_root;
  verify.log_entries = signer.needs_log ? 1 : 0;
  verify.timestamps = signer.needs_timestamp ? 1 : 0;
  verify.require_sct = signer.needs_sct;
  verify.now = now;
  return options;
}

/// When the signature counts: at all of these moments, of which a log or an authority tells, else
/// now.
void require_trusted(const NamedSigner& signer, std::span<const Timestamp> moments) {
  for (const Timestamp moment : moments) {
    if (signer.trusted.contains(moment)) continue;
    fail(ErrorKind::denied, "{} is trusted {}, and the signature counts as of {}", signer.name,
         signer.trusted.str(), to_rfc3339(moment));
  }
}

void take_verified(const NamedSigner& signer, CheckedSignature& checked, Timestamp now,
                   PartyCheck& check) {
  Verified& verified = *checked.verified;
  const PublicKey& key = verified.signer.key;
  std::vector<Timestamp> times;
  for (const VerifiedTime& one : verified.times) {
    if (one.source != VerifiedTime::Source::clock) times.push_back(one.time);
  }
  if (!times.empty()) check.verified_time = *std::max_element(times.begin(), times.end());
  if (times.empty()) times.push_back(now);
  require_trusted(signer, times);
  check.id = verified.identity
                 ? fmt::format("{} {}", verified.identity->str(), verified.identity->issuer)
                 : key.id().str();
  check.by = verified.identity ? fmt::format("{} ({})", verified.identity->str(),
                                             printable(verified.identity->issuer))
                               : fmt::format("the key {} {}", key.description(), key.id().str());
  check.statement = std::move(verified.statement);
}

void take_notary(const NamedSigner& signer, const NotaryVerdict& verdict, const PublicKey& key,
                 Timestamp now, PartyCheck& check) {
  if (signer.needs_timestamp && !verdict.stamped_time) {
    fail(ErrorKind::denied, "no time-stamp authority that is trusted saw it");
  }
  const Timestamp moment = verdict.stamped_time.value_or(now);
  require_trusted(signer, std::span(&moment, 1));
  if (is_by_key(signer, key)) require_trusted_key(key, signer.keys, std::span(&moment, 1));
  check.verified_time = verdict.stamped_time;
  check.id = key.id().str();
  check.by = fmt::format("a certificate for {}", printable(verdict.signer));
}

PartyCheck checked_by(const LadePolicy& policy, const NamedSigner& signer,
                      const AttachedSignature& attached, const Digest& manifest, Timestamp now) {
  PartyCheck check;
  ImageVerifyOptions options = options_of(policy, signer, now);
  const auto* notary = std::get_if<NotarySignature>(&attached.content);
  if (notary != nullptr) {
    options.notary = notary_trust_of(signer, *notary, now);
    if (!options.notary) fail(ErrorKind::denied, "it is a Notary Project signature by another key");
    require_provable(signer);
  } else if (options.verify.keys.empty() && options.verify.identities.empty()) {
    fail(ErrorKind::denied, "it is no Notary Project signature");
  }
  CheckedSignature checked = check_signature(attached, manifest, options);
  if (!checked.is_trusted()) fail(ErrorKind::denied, "{}", checked.reason);
  check.docker_reference = checked.docker_reference;
  if (checked.verified) {
    take_verified(signer, checked, now, check);
  } else {
    take_notary(signer, *checked.notary, notary->certificates.front().public_key(), now, check);
  }
  check.is_good = true;
  return check;
}

bool find_free(const std::vector<std::vector<std::string>>& signed_by, std::size_t party,
               std::map<std::string, std::size_t>& holders, std::set<std::string>& tried) {
  for (const std::string& id : signed_by[party]) {
    if (!tried.insert(id).second) continue;
    const auto holder = holders.find(id);
    if (holder == holders.end() || find_free(signed_by, holder->second, holders, tried)) {
      holders[id] = party;
      return true;
    }
  }
  return false;
}

}  // namespace

PartyCheck check_party(const LadePolicy& policy, const NamedSigner& signer,
                       const AttachedSignature& attached, const Digest& manifest, Timestamp now) {
  try {
    if (!attached.problem.empty()) fail(ErrorKind::invalid, "{}", attached.problem);
    return checked_by(policy, signer, attached, manifest, now);
  } catch (const Error& error) {
    if (ends_all(error.kind())) throw;
    return {.reason = error.message()};
  }
}

std::size_t count_parties(const std::vector<std::vector<std::string>>& signed_by) {
  std::map<std::string, std::size_t> holders;
  std::size_t count = 0;
  for (std::size_t party = 0; party < signed_by.size(); ++party) {
    std::set<std::string> tried;
    if (find_free(signed_by, party, holders, tried)) ++count;
  }
  return count;
}

std::vector<PartyAnswer> PartyChecks::check(
    ImageFacts& facts, const Digest& manifest, const SignerSet& by,
    const std::function<bool(const AttachedSignature&)>& wanted) {
  std::vector<PartyAnswer> answers;
  for (const AttachedSignature& attached : facts.attached(manifest)) {
    if (!wanted(attached)) continue;
    for (std::size_t i = 0; i < by.signers.size(); ++i) {
      const auto key = std::make_tuple(&attached, by.signers[i]);
      auto found = done_.find(key);
      if (found == done_.end()) {
        found = done_
                    .emplace(key, check_party(*policy_, policy_->signers[by.signers[i]], attached,
                                              manifest, now_))
                    .first;
      }
      answers.push_back({.party = i, .attached = &attached, .check = &found->second});
    }
  }
  return answers;
}

}  // namespace lade::signing
