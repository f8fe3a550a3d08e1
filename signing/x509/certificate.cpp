#include "signing/x509/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "signing/keys/openssl.h"
#include "signing/x509/asn1_time.h"

namespace lade::signing {
namespace {

/// Longer chains are not made; each certificate costs.
constexpr std::size_t chain_limit = 16;

std::string one_line(const X509_NAME* name) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) {
    fail(ErrorKind::internal, "a name has no text: {}", take_openssl_reasons());
  }
  return printable(bytes_of(*bio));
}

int usage_bit(CertificateUse use) {
  return use == CertificateUse::code_signing ? XKU_CODE_SIGN : XKU_TIMESTAMP;
}

}  // namespace

Certificate Certificate::of(X509* certificate, std::string_view what) {
  // reads the extensions, and says whether they can be
  if ((X509_get_extension_flags(certificate) & EXFLAG_INVALID) != 0) {
    take_openssl_reasons();
    fail(ErrorKind::invalid, "{}: the certificate has extensions that cannot be read", what);
  }
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  if (size <= 0) fail(ErrorKind::internal, "a certificate has no DER: {}", take_openssl_reasons());
  Certificate made;
  made.der_.assign(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  X509_up_ref(certificate);
  made.certificate_ = std::shared_ptr<X509>(certificate, Freeing<X509_free>());
  made.validity();
  return made;
}

Certificate Certificate::parse_der(std::string_view der, std::string_view what) {
  if (der.size() > size_limit_bytes) {
    fail(ErrorKind::invalid, "{}: a certificate of {} bytes is not read", what, der.size());
  }
  const unsigned char* at = octets(der);
  const std::unique_ptr<X509, Freeing<X509_free>> certificate(
      d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate) {
    fail(ErrorKind::invalid, "{} is no certificate: {}", what, take_openssl_reasons());
  }
  if (at != octets(der) + der.size()) {
    fail(ErrorKind::invalid, "{} has {} bytes after the certificate", what,
         octets(der) + der.size() - at);
  }
  return of(certificate.get(), what);
}

std::vector<Certificate> Certificate::parse_pem_chain(std::string_view pem, std::string_view what) {
  const Bio bio = bio_over(pem);
  std::vector<Certificate> chain;
  while (true) {
    const std::unique_ptr<X509, Freeing<X509_free>> certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) break;
    if (chain.size() == chain_limit) {
      fail(ErrorKind::invalid, "{} holds more than {} certificates", what, chain_limit);
    }
    chain.push_back(of(certificate.get(), what));
  }
  const std::string reasons = take_openssl_reasons();
  // that no block begins is how a text ends
  if (chain.empty() || reasons != "no start line") {
    fail(ErrorKind::invalid, "{} holds {} certificate in PEM: {}", what,
         chain.empty() ? "no" : "a bad", reasons);
  }
  return chain;
}

Certificate Certificate::parse_pem(std::string_view pem, std::string_view what) {
  std::vector<Certificate> chain = parse_pem_chain(pem, what);
  if (chain.size() != 1) {
    fail(ErrorKind::invalid, "{} holds {} certificates; wanted one", what, chain.size());
  }
  return std::move(chain.front());
}

std::string Certificate::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate_.get()) != 1) {
    fail(ErrorKind::internal, "a certificate has no PEM: {}", take_openssl_reasons());
  }
  return bytes_of(*bio);
}

std::string Certificate::subject() const {
  return one_line(X509_get_subject_name(certificate_.get()));
}

std::string Certificate::issuer() const {
  return one_line(X509_get_issuer_name(certificate_.get()));
}

std::string Certificate::name() const {
  std::string text = subject();
  if (!text.empty()) return text;
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate_.get());
  return "serial " + to_hex(as_bytes({reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                                      static_cast<std::size_t>(ASN1_STRING_length(serial))}));
}

bool Certificate::is_self_issued() const {
  return (X509_get_extension_flags(certificate_.get()) & EXFLAG_SI) != 0;
}

bool Certificate::is_authority() const {
  return (X509_get_extension_flags(certificate_.get()) & EXFLAG_CA) != 0;
}

bool Certificate::permits(CertificateUse use) const {
  // all bits are set where there is no such extension
  return (X509_get_extended_key_usage(certificate_.get()) &
          static_cast<unsigned>(usage_bit(use) | XKU_ANYEKU)) != 0;
}

bool Certificate::is_for(CertificateUse use) const {
  return (X509_get_extension_flags(certificate_.get()) & EXFLAG_XKUSAGE) != 0 &&
         (X509_get_extended_key_usage(certificate_.get()) &
          static_cast<unsigned>(usage_bit(use))) != 0;
}

TimeRange Certificate::validity() const {
  return {.start = time_of(X509_get0_notBefore(certificate_.get()), "a certificate"),
          .end = time_of(X509_get0_notAfter(certificate_.get()), "a certificate")};
}

PublicKey Certificate::public_key() const {
  EVP_PKEY* key = X509_get0_pubkey(certificate_.get());
  if (key == nullptr) {
    fail(ErrorKind::unsupported, "the key of the certificate {} cannot be read: {}", name(),
         take_openssl_reasons());
  }
  return PublicKey::of(key, "the key of the certificate " + name());
}

std::optional<std::string> Certificate::find_extension(const std::string& oid) const {
  const std::unique_ptr<ASN1_OBJECT, Freeing<ASN1_OBJECT_free>> object(OBJ_txt2obj(oid.c_str(), 1));
  const int at = X509_get_ext_by_OBJ(certificate_.get(), object.get(), -1);
  if (at < 0) return std::nullopt;
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509_get_ext(certificate_.get(), at));
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                     static_cast<std::size_t>(ASN1_STRING_length(value)));
}

}  // namespace lade::signing
