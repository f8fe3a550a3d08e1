#pragma once

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string>
#include <vector>

#include "libimage/base/error.h"
#include "signing/keys/openssl.h"
#include "signing/keys/private_key.h"
#include "signing/notation/jws.h"
#include "signing/x509/certificate.h"

/// Certificates that the tests issue themselves.
namespace lade::signing::chains {

inline constexpr Timestamp now{.seconds = 1800000000};
inline constexpr std::int64_t day = 86400;

struct Made {
  PrivateKey key;
  Certificate certificate;
};

struct Wishes {
  KeyKind kind = KeyKind::ecdsa_p256;
  int rsa_bits = 2048;
  std::vector<std::pair<std::string, std::string>> subject = {
      {"C", "US"}, {"ST", "WA"}, {"O", "Example"}, {"CN", "one"}};
  /// Extensions as openssl.cnf writes them.
  std::vector<std::pair<int, std::string>> extensions = {
      {NID_key_usage, "critical,digitalSignature"}, {NID_ext_key_usage, "codeSigning"}};
  std::int64_t starts = now.seconds - 10 * day;
  std::int64_t ends = now.seconds + 10 * day;
  const EVP_MD* hash = EVP_sha256();
};

inline EvpKey openssl_key(const PrivateKey& key) {
  const Secret pem = key.pem(PrivateKeyForm::pkcs8, Secret(std::string()));
  const Bio bio = bio_over(pem.reveal());
  return EvpKey(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

inline Wishes authority(const std::string& name) {
  Wishes wishes;
  wishes.subject = {{"C", "US"}, {"O", "Example"}, {"CN", name}};
  wishes.extensions = {{NID_basic_constraints, "critical,CA:TRUE"},
                       {NID_key_usage, "critical,keyCertSign,cRLSign"}};
  return wishes;
}

/// A certificate by `issuer`, or by itself.
inline Made issue(const Wishes& wishes, const Made* issuer = nullptr) {
  static long serial = 1;
  PrivateKey key = PrivateKey::generate(wishes.kind, wishes.rsa_bits);
  const EvpKey own = openssl_key(key);
  const std::unique_ptr<X509, Freeing<X509_free>> made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial++);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), wishes.starts);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), wishes.ends);
  X509_NAME* subject = X509_get_subject_name(made.get());
  for (const auto& [type, value] : wishes.subject) {
    X509_NAME_add_entry_by_txt(subject, type.c_str(), MBSTRING_UTF8, octets(value), -1, -1, 0);
  }
  X509_set_issuer_name(made.get(), issuer == nullptr
                                       ? subject
                                       : X509_get_subject_name(issuer->certificate.handle()));
  X509_set_pubkey(made.get(), own.get());
  for (const auto& [nid, text] : wishes.extensions) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, text.c_str());
    if (extension == nullptr) fail(ErrorKind::internal, "no such extension: {}", text);
    X509_add_ext(made.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  const EvpKey signer = openssl_key(issuer == nullptr ? key : issuer->key);
  if (X509_sign(made.get(), signer.get(), wishes.hash) == 0) {
    fail(ErrorKind::internal, "no signature: {}", take_openssl_reasons());
  }
  return {std::move(key), Certificate::of(made.get(), "made")};
}

/// A root, an authority below it, a signer.
struct Chain {
  Made root = issue(authority("root"));
  Made middle = issue(authority("middle"), &root);
  Made signer;

  explicit Chain(const Wishes& wishes = {}) : signer(issue(wishes, &middle)) {}
  std::vector<Certificate> certificates() const {
    return {signer.certificate, middle.certificate, root.certificate};
  }
  std::string seal(std::string_view payload, std::optional<Timestamp> expiry = {}) {
    return seal_jws(payload, signer.key,
                    {.certificates = certificates(), .now = now, .expiry = expiry});
  }
};

}  // namespace lade::signing::chains
