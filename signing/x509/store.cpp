#include "signing/x509/store.h"

namespace lade::signing {
namespace {

/// 112 bits (SP 800-57): no SHA-1, no RSA below 2048.
constexpr int security_level = 2;

}  // namespace

X509Store store_of(const Certificate& root, Timestamp time) {
  X509Store store(X509_STORE_new());
  if (!store || X509_STORE_add_cert(store.get(), root.handle()) != 1) {
    fail(ErrorKind::internal, "OpenSSL makes no store: {}", take_openssl_reasons());
  }
  X509_VERIFY_PARAM* wanted = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_time(wanted, time.seconds);
  X509_VERIFY_PARAM_set_auth_level(wanted, security_level);
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

CertificateStack stack_of(std::span<const Certificate> certificates) {
  CertificateStack stack(sk_X509_new_null());
  if (!stack) fail(ErrorKind::internal, "no memory for certificates");
  for (const Certificate& certificate : certificates) {
    X509_up_ref(certificate.handle());
    if (sk_X509_push(stack.get(), certificate.handle()) == 0) {
      X509_free(certificate.handle());
      fail(ErrorKind::internal, "no memory for certificates");
    }
  }
  return stack;
}

}  // namespace lade::signing
