#include "signing/x509/chain.h"

#include "libimage/base/error.h"
#include "signing/x509/store.h"

namespace lade::signing {
namespace {

using StoreContext = std::unique_ptr<X509_STORE_CTX, Freeing<X509_STORE_CTX_free>>;

std::vector<Certificate> verified(const Certificate& leaf, const X509Store& store,
                                  const CertificateStack& intermediates, const Authority& authority,
                                  Timestamp time) {
  const StoreContext context(X509_STORE_CTX_new());
  if (!context ||
      X509_STORE_CTX_init(context.get(), store.get(), leaf.handle(), intermediates.get()) != 1) {
    fail(ErrorKind::internal, "OpenSSL checks no chain: {}", take_openssl_reasons());
  }
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    X509* current = X509_STORE_CTX_get_current_cert(context.get());
    take_openssl_reasons();
    fail(ErrorKind::denied, "the certificate {} does not lead to {} as of {}: {}{}", leaf.name(),
         authority.name(), to_rfc3339(time), X509_verify_cert_error_string(error),
         current != nullptr ? ", of " + Certificate::of(current, "a certificate").name() : "");
  }
  std::vector<Certificate> chain;
  STACK_OF(X509)* found = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 0; i < sk_X509_num(found); ++i) {
    chain.push_back(Certificate::of(sk_X509_value(found, i), "a certificate of a chain"));
  }
  return chain;
}

std::string_view words_for(CertificateUse use) {
  return use == CertificateUse::code_signing ? "sign code" : "stamp times";
}

}  // namespace

std::string Authority::name() const { return uri.empty() ? root().name() : uri; }

std::vector<Certificate> build_chain(const Certificate& leaf, std::span<const Certificate> extra,
                                     const Authority& authority, Timestamp time,
                                     CertificateUse use) {
  std::vector<Certificate> intermediates(authority.chain.begin(), authority.chain.end() - 1);
  intermediates.insert(intermediates.end(), extra.begin(), extra.end());
  std::vector<Certificate> chain =
      verified(leaf, store_of(authority.root(), time), stack_of(intermediates), authority, time);
  if (!leaf.is_for(use)) {
    fail(ErrorKind::denied, "the certificate {} is not one to {} with", leaf.name(),
         words_for(use));
  }
  for (std::size_t i = 1; i + 1 < chain.size(); ++i) {
    if (!chain[i].permits(use)) {
      fail(ErrorKind::denied, "the certificate {} may not issue certificates to {} with",
           chain[i].name(), words_for(use));
    }
  }
  return chain;
}

}  // namespace lade::signing
