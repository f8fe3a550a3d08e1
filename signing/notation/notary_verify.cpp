// The five checks stand for themselves, and what a failure means is the policy's to say. So the
// certificates are held against each other and the trust store without a look at the clock
// (authenticity), and their validity is a check of its own: now, or when a time-stamp authority
// that is trusted saw the signature. That a certificate was taken back cannot be known without
// asking somebody, so where one names somebody to ask, the check says that it was not made, which
// is a failure; where none does, there is nothing to ask.
#include "signing/notation/notary_verify.h"

#include <algorithm>
#include <functional>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/notation/certificate_rules.h"
#include "signing/notation/notary_payload.h"
#include "signing/x509/timestamp.h"

namespace lade::signing {
namespace {

constexpr std::array<std::string_view, notary_check_count> check_names = {
    "integrity", "authenticity", "authenticTimestamp", "expiry", "revocation"};

/// A token as verify_timestamp wants it: in a response that says it was granted (RFC 3161, 2.4.2).
std::string response_with(const std::string& token) {
  constexpr std::string_view granted("\x30\x03\x02\x01\x00", 5);
  const std::size_t size = granted.size() + token.size();
  std::string length;
  for (std::size_t rest = size; rest > 0; rest >>= 8U) {
    length.insert(length.begin(), static_cast<char>(static_cast<unsigned char>(rest & 255U)));
  }
  std::string response = "\x30";
  if (size >= 128) response += static_cast<char>(0x80U | length.size());
  return response.append(length).append(granted).append(token);
}

class Checks {
 public:
  Checks(const NotarySignature& signature, const Digest& manifest, const NotaryTrust& trust,
         NotaryVerdict& verdict)
      : signature_(signature), manifest_(manifest), trust_(trust), verdict_(verdict) {}

  std::string integrity() {
    const Certificate& signer = signature_.certificates.front();
    const PublicKey key = signer.public_key();
    const NotaryAlgorithm wanted = notary_algorithm_of(key);
    if (signature_.algorithm != wanted) {
      fail(ErrorKind::denied, "it says it was made by {}, and the key of {} makes {}",
           to_string(signature_.algorithm), signer.name(), to_string(wanted));
    }
    if (!verifies(key, wanted, signature_.signed_bytes, signature_.signature)) {
      fail(ErrorKind::denied, "the signature is not good: {} of {} did not make it",
           key.description(), signer.name());
    }
    Descriptor target = parse_notary_payload(signature_.payload);
    if (target.digest != manifest_) {
      fail(ErrorKind::denied, "it is a signature of {}, not of {}", target.digest.str(),
           manifest_.str());
    }
    verdict_.annotations = std::move(target.annotations);
    return "signed by " + signer.name();
  }

  std::string authenticity() {
    require_signing_chain(signature_.certificates);
    const Certificate& anchor = find_anchor();
    if (!trust_.subjects.empty()) {
      const auto subject = DistinguishedName::subject_of(signature_.certificates.front());
      const bool wanted =
          std::any_of(trust_.subjects.begin(), trust_.subjects.end(),
                      [&](const DistinguishedName& name) { return name.is_within(subject); });
      if (!wanted) {
        fail(ErrorKind::denied, "the signer {} is none of the {} that are trusted", subject.str(),
             trust_.subjects.size());
      }
    }
    return "trusted by " + anchor.name();
  }

  std::string authentic_timestamp() {
    if (signature_.scheme == NotaryScheme::signing_authority) {
      const Timestamp time = signature_.signing_time.value();
      require_valid_at(signature_.certificates, time);
      return "the signing authority tells " + to_rfc3339(time);
    }
    const bool valid_now =
        std::all_of(signature_.certificates.begin(), signature_.certificates.end(),
                    [&](const Certificate& one) { return one.validity().contains(trust_.now); });
    if (trust_.timestamp_authorities.empty() || (trust_.timestamp_after_expiry && valid_now)) {
      require_valid_at(signature_.certificates, trust_.now);
      return "the certificates are valid now";
    }
    const VerifiedTimestamp stamp = stamped();
    require_valid_at(signature_.certificates, stamp.time);
    verdict_.stamped_time = stamp.time;
    return fmt::format("{} saw it at {}", stamp.authority, to_rfc3339(stamp.time));
  }

  std::string expiry() {
    if (!signature_.expiry) return "it does not expire";
    if (*signature_.expiry <= trust_.now) {
      fail(ErrorKind::denied, "it expired at {}", to_rfc3339(*signature_.expiry));
    }
    return "it expires at " + to_rfc3339(*signature_.expiry);
  }

  std::string revocation() {
    for (const Certificate& certificate : signature_.certificates) {
      if (!names_revocation_service(certificate)) continue;
      fail(ErrorKind::denied,
           "not checked: offline, and the certificate {} names somebody to ask whether it was "
           "revoked",
           certificate.name());
    }
    return "no certificate names anybody to ask";
  }

 private:
  const Certificate& find_anchor() const {
    const bool by_authority = signature_.scheme == NotaryScheme::signing_authority;
    const auto& anchors = by_authority ? trust_.signing_authorities : trust_.authorities;
    for (const Certificate& certificate : signature_.certificates) {
      if (std::find(anchors.begin(), anchors.end(), certificate) != anchors.end()) {
        return certificate;
      }
    }
    fail(
        ErrorKind::denied,
        "the certificate {} leads to {}, which is none of the {} certificates that are trusted for "
        "the scheme {}",
        signature_.certificates.front().name(), signature_.certificates.back().name(),
        anchors.size(), to_string(signature_.scheme));
  }

  VerifiedTimestamp stamped() const {
    if (signature_.timestamp_token.empty()) {
      fail(ErrorKind::denied, "it has no timestamp, and one of a trusted authority is wanted");
    }
    std::vector<Authority> authorities;
    for (const Certificate& root : trust_.timestamp_authorities) {
      authorities.push_back({.chain = {root}});
    }
    return verify_timestamp(response_with(signature_.timestamp_token), signature_.signature,
                            authorities);
  }

  const NotarySignature& signature_;
  const Digest& manifest_;
  const NotaryTrust& trust_;
  NotaryVerdict& verdict_;
};

CheckOutcome outcome_of(NotaryCheck check, CheckAction action,
                        const std::function<std::string()>& look) {
  CheckOutcome outcome{.check = check, .action = action};
  if (action == CheckAction::skip) {
    outcome.reason = "skipped";
    return outcome;
  }
  try {
    outcome.reason = look();
    outcome.passed = true;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) throw;
    outcome.reason = error.message();
  }
  return outcome;
}

}  // namespace

std::string_view to_string(NotaryCheck check) {
  return check_names[static_cast<std::size_t>(check)];
}

std::string_view to_string(CheckAction action) {
  switch (action) {
    case CheckAction::enforce:
      return "enforce";
    case CheckAction::log:
      return "log";
    case CheckAction::skip:
      return "skip";
  }
  return "unknown";
}

bool NotaryVerdict::is_trusted() const { return reason().empty(); }

std::string NotaryVerdict::reason() const {
  if (outcomes.empty()) return "nothing was checked";
  const CheckOutcome& last = outcomes.back();
  if (last.passed || last.action != CheckAction::enforce) return {};
  return fmt::format("{}: {} (enforced by {})", to_string(last.check), last.reason, rule);
}

NotaryVerdict verify(const NotarySignature& signature, const Digest& manifest,
                     const NotaryTrust& trust) {
  NotaryVerdict verdict{.rule = trust.rule,
                        .signer = signature.certificates.front().name(),
                        .signing_time = signature.signing_time};
  Checks checks(signature, manifest, trust, verdict);
  const std::array<std::function<std::string()>, notary_check_count> all = {
      [&] {
        verdict.signer_key = signature.certificates.front().public_key().id().str();
        return checks.integrity();
      },
      [&] { return checks.authenticity(); }, [&] { return checks.authentic_timestamp(); },
      [&] { return checks.expiry(); }, [&] { return checks.revocation(); }};
  for (std::size_t i = 0; i < all.size(); ++i) {
    // nothing else means anything of a signature that is not good
    const CheckAction action = i == 0 ? CheckAction::enforce : trust.actions[i];
    const CheckOutcome outcome = outcome_of(static_cast<NotaryCheck>(i), action, all[i]);
    verdict.outcomes.push_back(outcome);
    if (!outcome.passed && action == CheckAction::enforce) break;
  }
  return verdict;
}

}  // namespace lade::signing
