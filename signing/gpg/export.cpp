#include "signing/gpg/export.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/gpg/bounded_output.h"
#include "signing/gpg/keyring.h"

namespace lade::signing {

std::string export_gpg_keys(const std::vector<std::string>& fingerprints, const std::string& home) {
  std::vector<const char*> patterns;
  for (const std::string& one : fingerprints) {
    // gpg would take anything else for a user id, of which there may be several
    if (one.size() < 40 || !is_hex(to_lower(one))) {
      fail(ErrorKind::invalid, "\"{}\" is no fingerprint: wanted 40 hex digits or more",
           printable(one));
    }
    patterns.push_back(one.c_str());
  }
  patterns.push_back(nullptr);
  const GpgContext context = make_gpg_context(home);
  BoundedOutput keys(GpgKeyring::keys_limit_bytes);
  const gpgme_error_t error = gpgme_op_export_ext(context.get(), patterns.data(), 0, keys.data());
  std::string exported = keys.take();
  if (gpgme_err_code(error) != GPG_ERR_NO_ERROR || exported.empty()) {
    fail(ErrorKind::not_found, "gpg has no public key {}", join(fingerprints, " or "));
  }
  return exported;
}

}  // namespace lade::signing
