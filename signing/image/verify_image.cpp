#include "signing/image/verify_image.h"

#include <algorithm>
#include <set>

#include "libimage/base/error.h"

namespace lade::signing {
namespace {

/// Whom a good signature is by, for telling signers apart.
std::string signer_name(const CheckedSignature& checked) {
  if (checked.notary) return "key " + checked.notary->signer_key;
  const Verified& verified = checked.verified.value();
  return verified.identity ? "identity " + verified.identity->str() + verified.identity->issuer
                           : "key " + verified.signer.key.id().str();
}

std::string reference_of(const std::optional<Statement>& statement, const Digest& manifest) {
  if (!statement) return {};
  for (const Subject& subject : statement->subjects) {
    if (subject.is(manifest)) return subject.name;
  }
  return {};
}

Verified verify_content(const AttachedSignature& attached, const Digest& manifest,
                        const VerifyOptions& options, std::string& docker_reference) {
  if (const auto* bundle = std::get_if<Bundle>(&attached.content)) {
    Verified verified = verify(bundle->material, Artifact::of_digest(manifest), options);
    docker_reference = reference_of(verified.statement, manifest);
    return verified;
  }
  VerifiedImage image = verify(std::get<CosignSignature>(attached.content), manifest, options);
  docker_reference = image.claim ? image.claim->docker_reference
                                 : reference_of(image.verified.statement, manifest);
  return std::move(image.verified);
}

void require_identity(const CheckedSignature& checked, const ImageVerifyOptions& options) {
  if (!options.is_identity || options.is_identity(checked.docker_reference)) return;
  fail(ErrorKind::denied, "it was made for {}",
       checked.docker_reference.empty() ? "no name" : checked.docker_reference);
}

void check_notation(const NotarySignature& signature, const Digest& manifest,
                    const ImageVerifyOptions& options, CheckedSignature& checked) {
  if (!options.notary) {
    fail(ErrorKind::denied,
         "a trust policy or a certificate authority says whom to trust of Notary Project "
         "signatures, and neither was given");
  }
  require_identity(checked, options);
  checked.notary = verify(signature, manifest, *options.notary);
  checked.reason = checked.notary->reason();
}

std::string what_is_wanted(const ImageVerifyOptions& options) {
  return options.attestation_type ? "attestation of the type " + *options.attestation_type
                                  : "signature";
}

void decide(ImageVerification& answer, const ImageVerifyOptions& options) {
  if (answer.signatures.empty()) {
    answer.verdict = Verdict::absent;
    answer.reason = fmt::format("there is no {}", what_is_wanted(options));
    return;
  }
  std::set<std::string> signers;
  for (const CheckedSignature& checked : answer.signatures) {
    if (checked.is_trusted()) signers.insert(signer_name(checked));
  }
  if (signers.size() >= options.threshold && !signers.empty()) {
    answer.verdict = Verdict::valid;
    return;
  }
  answer.verdict = Verdict::untrusted;
  if (!signers.empty()) {
    answer.reason =
        fmt::format("{} of {} wanted signers signed it", signers.size(), options.threshold);
    return;
  }
  const std::size_t count = answer.signatures.size();
  answer.reason = count == 1 ? answer.signatures[0].reason
                             : fmt::format("none of {} is trusted; the first: {}", count,
                                           answer.signatures[0].reason);
}

}  // namespace

CheckedSignature check_signature(const AttachedSignature& attached, const Digest& manifest,
                                 const ImageVerifyOptions& options) {
  CheckedSignature checked{
      .form = attached.form, .place = attached.place, .predicate_type = attached.predicate_type};
  if (!attached.problem.empty()) {
    checked.reason = attached.problem;
    return checked;
  }
  try {
    if (const auto* signature = std::get_if<NotarySignature>(&attached.content)) {
      check_notation(*signature, manifest, options, checked);
      return checked;
    }
    Verified verified =
        verify_content(attached, manifest, options.verify, checked.docker_reference);
    require_identity(checked, options);
    if (options.condition && verified.statement) {
      if (const auto objection = options.condition(verified.statement->predicate)) {
        fail(ErrorKind::denied, "its predicate is not as wanted: {}", *objection);
      }
    }
    checked.verified = std::move(verified);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled) throw;
    checked.reason = error.message();
  }
  return checked;
}

ImageVerification verify_image(ImageSource& source, const Digest& manifest,
                               const ImageVerifyOptions& options) {
  ImageVerification answer{.manifest = manifest};
  if (options.notary && options.notary->skips()) {
    answer.verdict = Verdict::valid;
    answer.reason = "nothing was looked at: " + options.notary->rule + " skips verification";
    return answer;
  }
  try {
    for (const AttachedSignature& attached : read_signatures(source, manifest)) {
      const bool wanted = options.attestation_type
                              ? attached.predicate_type == *options.attestation_type
                              : !attached.is_attestation();
      if (wanted) answer.signatures.push_back(check_signature(attached, manifest, options));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unavailable) throw;
    answer.verdict = Verdict::unreachable;
    answer.reason = error.message();
    return answer;
  }
  decide(answer, options);
  return answer;
}

}  // namespace lade::signing
