#include "signing/gpg/gpgme.h"

#include <array>

#include "libimage/base/text.h"

namespace lade::signing {
namespace {

void require_program() {
  // GPGME wants to be asked for its version before anything else
  static const bool ready = gpgme_check_version(nullptr) != nullptr;
  if (!ready || gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP) != GPG_ERR_NO_ERROR) {
    fail(ErrorKind::unsupported,
         "OpenPGP signatures are made and checked by the program gpg, which is not there "
         "(Debian: gnupg)");
  }
}

}  // namespace

std::string gpg_reason(gpgme_error_t error) {
  std::array<char, 256> text{};
  gpgme_strerror_r(error, text.data(), text.size() - 1);
  return printable(text.data());
}

void require_gpg(gpgme_error_t error, std::string_view action) {
  if (gpgme_err_code(error) == GPG_ERR_NO_ERROR) return;
  fail(ErrorKind::internal, "gpg cannot {}: {}", action, gpg_reason(error));
}

GpgContext make_gpg_context(const std::string& home) {
  require_program();
  gpgme_ctx_t made = nullptr;
  require_gpg(gpgme_new(&made), "be prepared");
  GpgContext context(made);
  require_gpg(gpgme_set_protocol(made, GPGME_PROTOCOL_OpenPGP), "be told to speak OpenPGP");
  if (!home.empty()) {
    require_gpg(gpgme_ctx_set_engine_info(made, GPGME_PROTOCOL_OpenPGP, nullptr, home.c_str()),
                "be told its home directory");
  }
  gpgme_set_armor(made, 0);
  gpgme_set_textmode(made, 0);
  gpgme_set_offline(made, 1);
  return context;
}

GpgData gpg_data_over(std::string_view bytes) {
  gpgme_data_t made = nullptr;
  // without a copy: the bytes may be no shorter-lived than the data, which callers see to
  require_gpg(gpgme_data_new_from_mem(&made, bytes.data(), bytes.size(), 0), "be given bytes");
  return GpgData(made);
}

}  // namespace lade::signing
