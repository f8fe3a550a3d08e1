#pragma once

#include <openssl/pem.h>
#include <openssl/ts.h>
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
  std::optional<PrivateKey> key{};  ///< the one that is certified; nothing: a new one
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
  PrivateKey key = wishes.key ? *wishes.key : PrivateKey::generate(wishes.kind, wishes.rsa_bits);
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

/// A time-stamp authority's certificate.
inline Wishes stamper() {
  Wishes wishes;
  wishes.subject = {{"C", "US"}, {"O", "Example"}, {"CN", "stamper"}};
  wishes.extensions = {{NID_key_usage, "critical,digitalSignature"},
                       {NID_ext_key_usage, "critical,timeStamping"}};
  return wishes;
}

using StampAnswer = std::unique_ptr<TS_RESP, Freeing<TS_RESP_free>>;

/// What a time-stamp authority answers to a request in DER; it tells `time`.
inline StampAnswer answer_stamp(const Made& by, std::string_view request, Timestamp time) {
  const Bio asked = bio_over(request);
  const std::unique_ptr<TS_RESP_CTX, Freeing<TS_RESP_CTX_free>> context(TS_RESP_CTX_new());
  const EvpKey key = openssl_key(by.key);
  const std::unique_ptr<ASN1_OBJECT, Freeing<ASN1_OBJECT_free>> policy(OBJ_txt2obj("1.2.3.4", 1));
  TS_RESP_CTX_set_signer_cert(context.get(), by.certificate.handle());
  TS_RESP_CTX_set_signer_key(context.get(), key.get());
  TS_RESP_CTX_set_signer_digest(context.get(), EVP_sha256());
  TS_RESP_CTX_set_ess_cert_id_digest(context.get(), EVP_sha256());
  TS_RESP_CTX_set_def_policy(context.get(), policy.get());
  TS_RESP_CTX_add_md(context.get(), EVP_sha256());
  TS_RESP_CTX_set_serial_cb(
      context.get(),
      [](TS_RESP_CTX*, void*) {
        ASN1_INTEGER* number = ASN1_INTEGER_new();
        ASN1_INTEGER_set(number, 7);
        return number;
      },
      nullptr);
  TS_RESP_CTX_set_time_cb(
      context.get(),
      [](TS_RESP_CTX*, void* moment, long* seconds, long* fraction) {
        *seconds = static_cast<const Timestamp*>(moment)->seconds;
        *fraction = 0;
        return 1;
      },
      &time);
  return StampAnswer(TS_RESP_create_response(context.get(), asked.get()));
}

/// An RFC 3161 token over `stamped` that tells `time`.
inline std::string stamp(const Made& by, std::string_view stamped, Timestamp time) {
  const std::unique_ptr<TS_REQ, Freeing<TS_REQ_free>> request(TS_REQ_new());
  const std::unique_ptr<TS_MSG_IMPRINT, Freeing<TS_MSG_IMPRINT_free>> imprint(TS_MSG_IMPRINT_new());
  const std::unique_ptr<X509_ALGOR, Freeing<X509_ALGOR_free>> hash(X509_ALGOR_new());
  X509_ALGOR_set_md(hash.get(), EVP_sha256());
  TS_MSG_IMPRINT_set_algo(imprint.get(), hash.get());
  std::string digest = hash_bytes(MessageHash::sha256, stamped);
  TS_MSG_IMPRINT_set_msg(imprint.get(), octets(digest), static_cast<int>(digest.size()));
  TS_REQ_set_version(request.get(), 1);
  TS_REQ_set_msg_imprint(request.get(), imprint.get());
  TS_REQ_set_cert_req(request.get(), 1);
  const Bio asked(BIO_new(BIO_s_mem()));
  i2d_TS_REQ_bio(asked.get(), request.get());
  const StampAnswer response = answer_stamp(by, bytes_of(*asked), time);
  unsigned char* bytes = nullptr;
  const int size = response && TS_RESP_get_token(response.get()) != nullptr
                       ? i2d_PKCS7(TS_RESP_get_token(response.get()), &bytes)
                       : 0;
  if (size <= 0) fail(ErrorKind::internal, "no timestamp: {}", take_openssl_reasons());
  std::string token(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return token;
}

}  // namespace lade::signing::chains
