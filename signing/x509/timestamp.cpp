// A response holds a token: a CMS signature over a TSTInfo with the moment, the hash of what was
// stamped and a serial number. Its signer is found by issuer and serial number among the
// certificates in the token or, where the asker wanted none in it, those of the authorities.
// OpenSSL checks all of it against one root as of one time, so each authority is tried in turn as
// of the moment that the token itself tells: had the token been forged later, its signature would
// fail.
#include "signing/x509/timestamp.h"

#include <openssl/ts.h>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/x509/asn1_time.h"
#include "signing/x509/store.h"

namespace lade::signing {
namespace {

constexpr std::size_t size_limit_bytes = std::size_t{1} << 20;

using Response = std::unique_ptr<TS_RESP, Freeing<TS_RESP_free>>;
using VerifyContext = std::unique_ptr<TS_VERIFY_CTX, Freeing<TS_VERIFY_CTX_free>>;

Response parse(std::string_view bytes) {
  if (bytes.size() > size_limit_bytes) {
    fail(ErrorKind::invalid, "a timestamp of {} bytes is not read", bytes.size());
  }
  const unsigned char* at = octets(bytes);
  Response response(d2i_TS_RESP(nullptr, &at, static_cast<long>(bytes.size())));
  if (!response || at != octets(bytes) + bytes.size()) {
    fail(ErrorKind::invalid, "the timestamp is no RFC 3161 response: {}", take_openssl_reasons());
  }
  const long status =
      ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response.get())));
  if (status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS) {
    fail(ErrorKind::denied, "the timestamp is a refusal: its status is {}", status);
  }
  if (TS_RESP_get_token(response.get()) == nullptr ||
      TS_RESP_get_tst_info(response.get()) == nullptr) {
    fail(ErrorKind::invalid, "the timestamp holds no token");
  }
  return response;
}

MessageHash hash_of(TS_MSG_IMPRINT* imprint) {
  const X509_ALGOR* algorithm = TS_MSG_IMPRINT_get_algo(imprint);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  switch (OBJ_obj2nid(object)) {
    case NID_sha256:
      return MessageHash::sha256;
    case NID_sha384:
      return MessageHash::sha384;
    case NID_sha512:
      return MessageHash::sha512;
    default: {
      std::array<char, 128> name{};
      OBJ_obj2txt(name.data(), name.size(), object, 0);
      fail(ErrorKind::unsupported, "the timestamp is over a hash {}; wanted SHA-256, 384 or 512",
           name.data());
    }
  }
}

void require_imprint_of(TS_TST_INFO* info, std::string_view stamped) {
  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(info);
  const std::string wanted = hash_bytes(hash_of(imprint), stamped);
  const ASN1_OCTET_STRING* got = TS_MSG_IMPRINT_get_msg(imprint);
  const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(got)),
                               static_cast<std::size_t>(ASN1_STRING_length(got)));
  if (bytes != wanted) {
    fail(ErrorKind::denied,
         "the timestamp is of something else than this signature: over {}, not {}",
         to_hex(std::as_bytes(std::span(bytes))), to_hex(std::as_bytes(std::span(wanted))));
  }
}

/// The certificate of the token's signer, if it is in the token. A token that brings none has it
/// among those of its authority.
std::optional<Certificate> find_signer(PKCS7* token, const Authority& authority) {
  const bool brings = sk_X509_num(token->d.sign->cert) > 0;
  const CertificateStack known = brings ? nullptr : stack_of(authority.chain);
  const std::unique_ptr<STACK_OF(X509), Freeing<[](STACK_OF(X509) * list) { sk_X509_free(list); }>>
      signers(PKCS7_get0_signers(token, known.get(), 0));
  take_openssl_reasons();
  if (!signers || sk_X509_num(signers.get()) != 1) return std::nullopt;
  return Certificate::of(sk_X509_value(signers.get(), 0), "the certificate of a timestamp");
}

std::vector<Certificate> certificates_of(PKCS7* token) {
  std::vector<Certificate> found;
  const STACK_OF(X509)* embedded = token->d.sign->cert;
  for (int i = 0; i < sk_X509_num(embedded); ++i) {
    found.push_back(Certificate::of(sk_X509_value(embedded, i), "a certificate of a timestamp"));
  }
  return found;
}

void require_signature(TS_RESP* response, std::string_view stamped, const Authority& authority,
                       Timestamp time) {
  const VerifyContext context(TS_VERIFY_CTX_new());
  if (!context) fail(ErrorKind::internal, "no memory for a timestamp");
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_DATA);
  // these three belong to the context from here on
  TS_VERIFY_CTX_set_data(context.get(), bio_over(stamped).release());
  TS_VERIFY_CTX_set_store(context.get(), store_of(authority.root(), time).release());
  TS_VERIFY_CTX_set_certs(context.get(), stack_of(authority.chain).release());
  if (TS_RESP_verify_response(context.get(), response) != 1) {
    fail(ErrorKind::denied, "the timestamp of {} is not good: {}", authority.name(),
         take_openssl_reasons());
  }
}

/// Checks all that is left once `signer` is known to be one of `authority`.
void require_good(TS_RESP* response, std::string_view stamped, const Certificate& signer,
                  const Authority& authority, Timestamp time) {
  if (!authority.valid_for.contains(time)) {
    fail(ErrorKind::denied, "the timestamp of {} tells {}, and its authority is believed {}",
         authority.name(), to_rfc3339(time), authority.valid_for.str());
  }
  const Certificate& first = authority.chain.front();
  if (!first.is_authority() && !(first == signer)) {
    fail(ErrorKind::denied, "the timestamp is by {}; {} stamps with {}", signer.name(),
         authority.name(), first.name());
  }
  require_signature(response, stamped, authority, time);
}

}  // namespace

Timestamp told_time(std::string_view bytes) {
  const Response response = parse(bytes);
  return time_of(TS_TST_INFO_get_time(TS_RESP_get_tst_info(response.get())), "the timestamp");
}

VerifiedTimestamp verify_timestamp(std::string_view bytes, std::string_view stamped,
                                   std::span<const Authority> authorities) {
  const Response response = parse(bytes);
  PKCS7* token = TS_RESP_get_token(response.get());
  TS_TST_INFO* info = TS_RESP_get_tst_info(response.get());
  require_imprint_of(info, stamped);
  const Timestamp time = time_of(TS_TST_INFO_get_time(info), "the timestamp");
  const std::vector<Certificate> embedded = certificates_of(token);
  std::vector<std::string> objections;
  bool known = false;
  for (const Authority& authority : authorities) {
    const auto signer = find_signer(token, authority);
    if (!signer) {
      objections.push_back(fmt::format("{} has no certificate of the signer, nor has the timestamp",
                                       authority.name()));
      continue;
    }
    try {
      build_chain(*signer, embedded, authority, time, CertificateUse::time_stamping);
      known = true;
      // an authority may be listed once for each time and certificate that it had
      require_good(response.get(), stamped, *signer, authority, time);
      return {.time = time, .authority = authority.name()};
    } catch (const Error& error) {
      objections.push_back(error.message());
    }
  }
  if (known) fail(ErrorKind::denied, "{}", join(objections, "; "));
  if (objections.empty()) objections.emplace_back("there is none that is trusted");
  throw UnknownAuthority("the timestamp is of no trusted time-stamp authority: " +
                         join(objections, "; "));
}

}  // namespace lade::signing
