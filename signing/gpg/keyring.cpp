// gpg trusts what its home directory says. So there is one per key ring, which says: these keys are
// all there are, each is trusted, ask no agent and no network. What gpg then calls a good signature
// is one by these keys.
#include "signing/gpg/keyring.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/gpg/bounded_output.h"
#include "signing/gpg/packet.h"

namespace lade::signing {
namespace {

constexpr std::string_view settings =
    "no-greeting\n"
    "trust-model always\n"
    "no-auto-check-trustdb\n"
    "no-auto-key-retrieve\n"
    "no-auto-key-locate\n"
    "disable-dirmngr\n"
    "no-autostart\n";

std::string time_text(unsigned long seconds) {
  return to_rfc3339({.seconds = static_cast<std::int64_t>(seconds)});
}

/// Why a signature does not count, or nothing.
std::optional<std::string> objection(const _gpgme_signature& signature) {
  const std::string key = signature.fpr == nullptr ? "" : printable(signature.fpr);
  switch (gpgme_err_code(signature.status)) {
    case GPG_ERR_NO_ERROR:
      break;
    case GPG_ERR_SIG_EXPIRED:
      return fmt::format("it expired {}; it is by the key {}", time_text(signature.exp_timestamp),
                         key);
    case GPG_ERR_KEY_EXPIRED:
      return fmt::format("the key {} has expired", key);
    case GPG_ERR_CERT_REVOKED:
      return fmt::format("the key {} was revoked", key);
    case GPG_ERR_BAD_SIGNATURE:
      return fmt::format(
          "it does not fit what is signed: that, or the signature by the key {}, "
          "was changed",
          key);
    case GPG_ERR_NO_PUBKEY:
      return fmt::format("it is by the key {}, which is none of the trusted ones", key);
    default:
      return gpg_reason(signature.status);
  }
  if (signature.wrong_key_usage != 0) return fmt::format("the key {} is not one to sign with", key);
  if (signature.validity == GPGME_VALIDITY_NEVER ||
      gpgme_err_code(signature.validity_reason) != GPG_ERR_NO_ERROR) {
    return fmt::format("the key {} is not valid: {}", key, gpg_reason(signature.validity_reason));
  }
  return std::nullopt;
}

const _gpgme_signature& only_signature(gpgme_ctx_t context, std::string_view what) {
  const gpgme_verify_result_t result = gpgme_op_verify_result(context);
  if (result == nullptr || result->signatures == nullptr) {
    fail(ErrorKind::invalid, "{} is no signed message of OpenPGP's", what);
  }
  if (result->signatures->next != nullptr) {
    fail(ErrorKind::invalid, "{} has more than one signature; wanted one", what);
  }
  return *result->signatures;
}

}  // namespace

GpgKeyring::GpgKeyring(std::span<const std::string> key_rings,
                       const std::string& temporary_directory)
    : home_(temporary_directory, "lade-gpg-") {
  write_file_atomic(join_path(home_.path(), "gpg.conf"), settings, 0600);
  for (const std::string& key_ring : key_rings) import(key_ring);
  if (fingerprints_.empty()) fail(ErrorKind::invalid, "the key rings hold no public key");
}

void GpgKeyring::import(const std::string& key_ring) {
  if (key_ring.size() > keys_limit_bytes) {
    fail(ErrorKind::invalid, "a key ring has {} bytes; those of more than {} are not read",
         key_ring.size(), keys_limit_bytes);
  }
  const GpgContext context = make_gpg_context(home_.path());
  const GpgData data = gpg_data_over(key_ring);
  const gpgme_error_t error = gpgme_op_import(context.get(), data.get());
  if (gpgme_err_code(error) != GPG_ERR_NO_ERROR) {
    fail(ErrorKind::invalid, "a key ring cannot be read: {}", gpg_reason(error));
  }
  const gpgme_import_result_t result = gpgme_op_import_result(context.get());
  for (auto* one = result == nullptr ? nullptr : result->imports; one != nullptr; one = one->next) {
    if (gpgme_err_code(one->result) != GPG_ERR_NO_ERROR || one->fpr == nullptr) continue;
    if (std::find(fingerprints_.begin(), fingerprints_.end(), one->fpr) == fingerprints_.end()) {
      fingerprints_.emplace_back(one->fpr);
    }
  }
}

std::optional<std::string> GpgKeyring::find_primary(const std::string& fingerprint) const {
  if (std::find(fingerprints_.begin(), fingerprints_.end(), fingerprint) != fingerprints_.end()) {
    return fingerprint;
  }
  const GpgContext context = make_gpg_context(home_.path());
  gpgme_key_t found = nullptr;
  const gpgme_error_t error = gpgme_get_key(context.get(), fingerprint.c_str(), &found, 0);
  if (gpgme_err_code(error) != GPG_ERR_NO_ERROR || found == nullptr) return std::nullopt;
  const GpgKey key(found);
  if (key->subkeys == nullptr || key->subkeys->fpr == nullptr) return std::nullopt;
  std::string primary = key->subkeys->fpr;
  const bool is_ours =
      std::find(fingerprints_.begin(), fingerprints_.end(), primary) != fingerprints_.end();
  return is_ours ? std::optional(std::move(primary)) : std::nullopt;
}

VerifiedMessage GpgKeyring::verify(std::string_view message, std::string_view what) const {
  require_signed_message(message, message_limit_bytes, what);
  const GpgContext context = make_gpg_context(home_.path());
  const GpgData data = gpg_data_over(message);
  BoundedOutput payload(message_limit_bytes);
  const gpgme_error_t error = gpgme_op_verify(context.get(), data.get(), nullptr, payload.data());
  if (payload.overflowed()) {
    fail(ErrorKind::invalid, "{} holds more than {} bytes, which are not read", what,
         message_limit_bytes);
  }
  if (gpgme_err_code(error) != GPG_ERR_NO_ERROR) {
    fail(ErrorKind::invalid, "{} is no signed message of OpenPGP's: {}", what, gpg_reason(error));
  }
  const _gpgme_signature& signature = only_signature(context.get(), what);
  if (const auto why = objection(signature)) {
    fail(ErrorKind::denied, "{} is not good: {}", what, *why);
  }
  VerifiedMessage verified{.fingerprint = signature.fpr == nullptr ? "" : signature.fpr,
                           .signed_at = {static_cast<std::int64_t>(signature.timestamp), 0}};
  auto primary = find_primary(verified.fingerprint);
  if (!primary) {
    fail(ErrorKind::denied, "{} is by the key {}, which is none of the trusted ones", what,
         printable(verified.fingerprint));
  }
  verified.primary_fingerprint = std::move(*primary);
  verified.payload = payload.take();
  return verified;
}

}  // namespace lade::signing
