#pragma once

#include <openssl/x509.h>

#include <span>

#include "signing/keys/openssl.h"
#include "signing/x509/certificate.h"

/// Handles of OpenSSL that chains and timestamps are checked with.
namespace lade::signing {

using X509Store = std::unique_ptr<X509_STORE, Freeing<X509_STORE_free>>;

struct FreeCertificateStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using CertificateStack = std::unique_ptr<STACK_OF(X509), FreeCertificateStack>;

/// A store that believes `root` alone, self-signed or not, and looks at the clock of `time`.
X509Store store_of(const Certificate& root, Timestamp time);
CertificateStack stack_of(std::span<const Certificate> certificates);

}  // namespace lade::signing
