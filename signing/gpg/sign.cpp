#include "signing/gpg/sign.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/gpg/bounded_output.h"

namespace lade::signing {
namespace {

constexpr std::size_t message_limit_bytes = std::size_t{16} << 20;

/// Hands gpg the passphrase; one that was refused is not offered again.
gpgme_error_t tell_passphrase(void* secret, const char* /*hint*/, const char* /*info*/, int was_bad,
                              int descriptor) {
  if (was_bad != 0) return gpgme_error(GPG_ERR_BAD_PASSPHRASE);
  const std::string_view bytes = static_cast<const Secret*>(secret)->reveal();
  if (gpgme_io_writen(descriptor, bytes.data(), bytes.size()) != 0 ||
      gpgme_io_writen(descriptor, "\n", 1) != 0) {
    return gpgme_error_from_syserror();
  }
  return GPG_ERR_NO_ERROR;
}

GpgKey find_secret_key(gpgme_ctx_t context, const std::string& name) {
  gpgme_key_t found = nullptr;
  const gpgme_error_t error = gpgme_get_key(context, name.c_str(), &found, 1);
  switch (gpgme_err_code(error)) {
    case GPG_ERR_NO_ERROR:
      return GpgKey(found);
    case GPG_ERR_AMBIGUOUS_NAME:
      fail(ErrorKind::invalid, "\"{}\" is the name of several secret keys: give a fingerprint",
           printable(name));
    case GPG_ERR_EOF:
    case GPG_ERR_INV_VALUE:
      fail(ErrorKind::not_found, "gpg has no secret key \"{}\"", printable(name));
    default:
      fail(ErrorKind::not_found, "gpg finds no secret key \"{}\": {}", printable(name),
           gpg_reason(error));
  }
}

}  // namespace

std::string sign_with_gpg(std::string_view payload, const GpgSigner& signer) {
  if (signer.key.empty()) fail(ErrorKind::invalid, "the name of the key to sign with is empty");
  const GpgContext context = make_gpg_context(signer.home);
  const GpgKey key = find_secret_key(context.get(), signer.key);
  if (signer.passphrase) {
    // the callback may not change what it is given
    gpgme_set_passphrase_cb(context.get(), tell_passphrase,
                            const_cast<Secret*>(&*signer.passphrase));
    require_gpg(gpgme_set_pinentry_mode(context.get(), GPGME_PINENTRY_MODE_LOOPBACK),
                "be told to take a passphrase");
  }
  gpgme_signers_clear(context.get());
  require_gpg(gpgme_signers_add(context.get(), key.get()), "be told the key");
  const GpgData data = gpg_data_over(payload);
  BoundedOutput message(message_limit_bytes);
  const gpgme_error_t error =
      gpgme_op_sign(context.get(), data.get(), message.data(), GPGME_SIG_MODE_NORMAL);
  if (gpgme_err_code(error) != GPG_ERR_NO_ERROR) {
    fail(ErrorKind::denied, "gpg does not sign with the key \"{}\": {}", printable(signer.key),
         gpg_reason(error));
  }
  return message.take();
}

}  // namespace lade::signing
