#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/gpg/keyring.h"
#include "signing/policy/identity_match.h"
#include "signing/policy/judge.h"

namespace lade::signing {
namespace {

const std::string* find_message(const ImageSignature& signature) {
  const auto* bytes = std::get_if<std::string>(&signature.content);
  // cosign's signatures in files begin with a NUL
  return bytes == nullptr || bytes->starts_with('\0') ? nullptr : bytes;
}

std::string check(const SignedBy& requirement, const PolicyImage& image, const GpgKeyring& keys,
                  const std::string& message) {
  const VerifiedMessage good = keys.verify(message, "the signature");
  // nothing of the payload is believed, nor read, before its signature was checked
  const SimpleSigning claim = parse_simple_signing(good.payload, "the signed payload");
  if (claim.type != SimpleSigning::atomic_type) {
    fail(ErrorKind::denied, "the signed payload is of the type \"{}\"; wanted \"{}\"", claim.type,
         SimpleSigning::atomic_type);
  }
  if (const auto why = identity_objection(requirement.identity, image.subject.reference,
                                          claim.docker_reference)) {
    fail(ErrorKind::denied, "{} ({})", *why, describe(requirement.identity));
  }
  if (claim.manifest_digest != image.manifest) {
    fail(ErrorKind::denied, "the signature is of the manifest {}, not of {}",
         claim.manifest_digest.str(), image.manifest.str());
  }
  return fmt::format("signed by the key {} for {}", good.primary_fingerprint,
                     claim.docker_reference);
}

}  // namespace

std::vector<std::string> read_keys(const KeySource& source) {
  std::vector<std::string> texts = source.data;
  for (const std::string& path : source.paths) {
    texts.push_back(read_file(path, GpgKeyring::keys_limit_bytes));
  }
  return texts;
}

RequirementOutcome judge(const SignedBy& requirement, const PolicyImage& image,
                         const std::vector<ImageSignature>& signatures,
                         const DecideOptions& options) {
  RequirementOutcome outcome{.type = "signedBy"};
  if (requirement.key_type != "GPGKeys") {
    outcome.reason =
        fmt::format("keys of the type \"{}\" allow nothing: wanted GPGKeys", requirement.key_type);
    return outcome;
  }
  std::optional<GpgKeyring> keys;
  judge_each(outcome, signatures, "signature by simple signing",
             [&](const ImageSignature& one) -> std::optional<std::string> {
               const std::string* message = find_message(one);
               if (message == nullptr) return std::nullopt;
               if (!keys) keys.emplace(read_keys(requirement.keys), options.temporary_directory);
               return check(requirement, image, *keys, *message);
             });
  return outcome;
}

}  // namespace lade::signing
