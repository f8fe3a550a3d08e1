#include "signing/keys/key_text.h"

#include <openssl/x509.h>

#include "signing/keys/pem.h"
#include "signing/keys/private_key.h"

namespace lade::signing {
namespace {

using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;

PublicKey key_of_certificate(std::string_view der, std::string_view what) {
  const unsigned char* at = octets(der);
  const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate)
    fail(ErrorKind::invalid, "{} is no certificate: {}", what, take_openssl_reasons());
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr) {
    fail(ErrorKind::unsupported, "{} is a certificate of a key that OpenSSL does not know: {}",
         what, take_openssl_reasons());
  }
  return PublicKey::of(key, what);
}

}  // namespace

std::string_view to_string(KeyTextKind source) {
  switch (source) {
    case KeyTextKind::public_key:
      return "public key";
    case KeyTextKind::certificate:
      return "certificate";
    case KeyTextKind::private_key:
      return "private key";
  }
  return "unknown";
}

FoundKey find_public_key(std::string_view text, std::string_view what,
                         const PassphraseSource& passphrase, const UnlockLimits& limits) {
  const PemBlock block = read_pem_block(text, what);
  if (block.label == "PUBLIC KEY" || block.label == "RSA PUBLIC KEY") {
    return {PublicKey::parse_pem(text, what), KeyTextKind::public_key};
  }
  if (block.label == "CERTIFICATE") {
    return {key_of_certificate(block.bytes.reveal(), what), KeyTextKind::certificate};
  }
  return {PrivateKey::parse_pem(text, what, passphrase, limits).public_key(),
          KeyTextKind::private_key};
}

}  // namespace lade::signing
