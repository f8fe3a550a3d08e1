// A requirement becomes what verify() of the sigstore room takes: keys, or an identity and the
// certificates that are believed; the logs are known by their keys alone.
#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/policy/identity_match.h"
#include "signing/policy/judge.h"

namespace lade::signing {
namespace {

/// What a certificate has to name, beyond what verify() compares.
struct WantedSubject {
  std::string email{};
  std::string hostname{};
};

struct Trust {
  VerifyOptions options{};
  WantedSubject subject{};
};

std::vector<PublicKey> parse_keys(const KeySource& source, std::string_view what) {
  std::vector<PublicKey> keys;
  for (const std::string& text : read_keys(source)) {
    keys.push_back(PublicKey::parse_pem(text, what));
  }
  return keys;
}

/// Each of the certificates is believed, the self-signed and the others.
std::vector<Authority> parse_authorities(const KeySource& source, const KeySource& between) {
  std::vector<Certificate> intermediates;
  for (const std::string& text : read_keys(between)) {
    for (Certificate& one : Certificate::parse_pem_chain(text, "the intermediate certificates")) {
      intermediates.push_back(std::move(one));
    }
  }
  std::vector<Authority> authorities;
  for (const std::string& text : read_keys(source)) {
    for (Certificate& root : Certificate::parse_pem_chain(text, "the trusted certificates")) {
      Authority authority{.chain = intermediates};
      authority.chain.push_back(std::move(root));
      authorities.push_back(std::move(authority));
    }
  }
  return authorities;
}

void add_logs(const KeySource& source, VerifyOptions& options) {
  options.log_entries = source.empty() ? 0 : 1;
  for (const PublicKey& key : parse_keys(source, "the key of Rekor's")) {
    const Digest id = key.id();
    options.trusted_root.logs.push_back(
        {.key = key,
         .scheme = key.default_scheme(),
         .log_id = std::string(reinterpret_cast<const char*>(id.hash().data()), id.hash().size())});
  }
}

Trust trust_of(const SigstoreSigned& requirement, const DecideOptions& options) {
  Trust trust{.options = {.require_sct = false, .now = options.now}};
  add_logs(requirement.rekor_keys, trust.options);
  if (const auto* keys = std::get_if<KeySource>(&requirement.signer)) {
    const auto parsed = parse_keys(*keys, "the trusted key");
    trust.options.keys.assign(parsed.begin(), parsed.end());
  } else if (const auto* fulcio = std::get_if<FulcioTrust>(&requirement.signer)) {
    trust.options.trusted_root.certificate_authorities = parse_authorities(fulcio->authorities, {});
    trust.options.identities.push_back({.name = WantedText::exactly(fulcio->subject_email),
                                        .issuer = WantedText::exactly(fulcio->oidc_issuer)});
    trust.subject.email = fulcio->subject_email;
  } else {
    const auto& pki = std::get<PkiTrust>(requirement.signer);
    trust.options.trusted_root.certificate_authorities =
        parse_authorities(pki.roots, pki.intermediates);
    trust.options.identities.push_back({.name = WantedText::matching("", "any name"),
                                        .issuer = WantedText::matching("", "any issuer")});
    trust.subject = {.email = pki.subject_email, .hostname = pki.subject_hostname};
  }
  return trust;
}

bool covers(std::string_view pattern, std::string_view hostname) {
  if (to_lower(pattern) == to_lower(hostname)) return true;
  const auto dot = hostname.find('.');
  return pattern.starts_with("*.") && dot != std::string_view::npos && dot > 0 &&
         to_lower(pattern.substr(1)) == to_lower(hostname.substr(dot));
}

void require_subject(const CertificateIdentity& identity, const WantedSubject& wanted) {
  const auto names_one = [&](SubjectName::Kind kind, const auto& fits) {
    return std::any_of(identity.names.begin(), identity.names.end(), [&](const SubjectName& name) {
      return name.kind == kind && fits(name.value);
    });
  };
  if (!wanted.email.empty() && !names_one(SubjectName::Kind::email, [&](const std::string& value) {
        return value == wanted.email;
      })) {
    fail(ErrorKind::denied, "the certificate is for {}; wanted the email address {}",
         identity.str(), wanted.email);
  }
  if (!wanted.hostname.empty() && !names_one(SubjectName::Kind::dns, [&](const std::string& value) {
        return covers(value, wanted.hostname);
      })) {
    fail(ErrorKind::denied, "the certificate is for {}; wanted the host name {}", identity.str(),
         wanted.hostname);
  }
}

std::string check(const SigstoreSigned& requirement, const PolicyImage& image, const Trust& trust,
                  const CosignSignature& signature) {
  if (!std::holds_alternative<KeySource>(requirement.signer) &&
      signature.material.certificates.empty()) {
    fail(ErrorKind::denied, "the signature has no certificate, which is wanted");
  }
  const VerifiedImage good = verify(signature, image.manifest, trust.options);
  const SimpleSigning& claim = *good.claim;
  if (claim.type != SimpleSigning::cosign_type) {
    fail(ErrorKind::denied, "the signed payload is of the type \"{}\"; wanted \"{}\"", claim.type,
         SimpleSigning::cosign_type);
  }
  if (good.verified.identity) require_subject(*good.verified.identity, trust.subject);
  if (const auto why = identity_objection(requirement.identity, image.subject.reference,
                                          claim.docker_reference)) {
    fail(ErrorKind::denied, "{} ({})", *why, describe(requirement.identity));
  }
  const std::string by = good.verified.identity
                             ? "a certificate for " + good.verified.identity->str()
                             : fmt::format("the key {} {}", good.verified.signer.key.description(),
                                           good.verified.signer.key.id().str());
  return fmt::format("signed by {} for {}", by, claim.docker_reference);
}

/// Attestations are no signatures of an image.
std::optional<CosignSignature> find_signature(const ImageSignature& one) {
  std::optional<CosignSignature> signature;
  if (const auto* bytes = std::get_if<std::string>(&one.content)) {
    signature = parse_signature_file(*bytes, one.origin);
  } else {
    signature = std::get<CosignSignature>(one.content);
  }
  if (signature && signature->material.envelope() != nullptr) return std::nullopt;
  return signature;
}

}  // namespace

RequirementOutcome judge(const SigstoreSigned& requirement, const PolicyImage& image,
                         const std::vector<ImageSignature>& signatures,
                         const DecideOptions& options) {
  RequirementOutcome outcome{.type = "sigstoreSigned"};
  std::optional<Trust> trust;
  judge_each(outcome, signatures, "signature of Sigstore's",
             [&](const ImageSignature& one) -> std::optional<std::string> {
               const auto signature = find_signature(one);
               if (!signature) return std::nullopt;
               if (!trust) trust = trust_of(requirement, options);
               return check(requirement, image, *trust, *signature);
             });
  return outcome;
}

}  // namespace lade::signing
