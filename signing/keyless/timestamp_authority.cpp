#include "signing/keyless/timestamp_authority.h"

#include <openssl/rand.h>
#include <openssl/ts.h>

#include <array>
#include <memory>

#include "libimage/base/error.h"
#include "signing/keyless/service.h"
#include "signing/keys/openssl.h"
#include "signing/keys/public_key.h"

namespace lade::signing {
namespace {

constexpr std::size_t nonce_bytes = 8;

using TimestampRequest = std::unique_ptr<TS_REQ, Freeing<TS_REQ_free>>;
using TimestampAnswer = std::unique_ptr<TS_RESP, Freeing<TS_RESP_free>>;
using TimestampCheck = std::unique_ptr<TS_VERIFY_CTX, Freeing<TS_VERIFY_CTX_free>>;
using Imprint = std::unique_ptr<TS_MSG_IMPRINT, Freeing<TS_MSG_IMPRINT_free>>;
using Algorithm = std::unique_ptr<X509_ALGOR, Freeing<X509_ALGOR_free>>;
using Number = std::unique_ptr<ASN1_INTEGER, Freeing<ASN1_INTEGER_free>>;

void require_made(bool made) {
  if (!made) fail(ErrorKind::internal, "no timestamp request: {}", take_openssl_reasons());
}

Number random_nonce() {
  std::array<unsigned char, nonce_bytes> bytes{};
  require_made(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);  // positive, of full length
  Number nonce(ASN1_INTEGER_new());
  require_made(nonce && ASN1_STRING_set(nonce.get(), bytes.data(), bytes.size()) == 1);
  return nonce;
}

TimestampRequest request_for(std::string_view stamped) {
  TimestampRequest request(TS_REQ_new());
  const Imprint imprint(TS_MSG_IMPRINT_new());
  const Algorithm algorithm(X509_ALGOR_new());
  require_made(request && imprint && algorithm);
  std::string hash = hash_bytes(MessageHash::sha256, stamped);
  require_made(
      X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
      TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
      TS_MSG_IMPRINT_set_msg(imprint.get(), octets(hash), static_cast<int>(hash.size())) == 1 &&
      TS_REQ_set_version(request.get(), 1) == 1 &&
      TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 &&
      TS_REQ_set_nonce(request.get(), random_nonce().get()) == 1 &&
      TS_REQ_set_cert_req(request.get(), 1) == 1);
  return request;
}

std::string der_of(const TS_REQ& request) {
  unsigned char* bytes = nullptr;
  const int size = i2d_TS_REQ(&request, &bytes);
  require_made(size > 0);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

/// Version, status, hash and number of the answer are those of the request.
void require_answer_to(TS_REQ& request, const std::string& bytes, const Service& service) {
  const unsigned char* at = octets(bytes);
  const TimestampAnswer answer(d2i_TS_RESP(nullptr, &at, static_cast<long>(bytes.size())));
  if (!answer || at != octets(bytes) + bytes.size()) {
    fail(ErrorKind::corrupt, "{} answered with what is no timestamp: {}", service.name(),
         take_openssl_reasons());
  }
  const TimestampCheck check(TS_REQ_to_TS_VERIFY_CTX(&request, nullptr));
  require_made(check != nullptr);
  if (TS_RESP_verify_response(check.get(), answer.get()) != 1) {
    fail(ErrorKind::corrupt, "{} answered with a timestamp of something else, or a refusal: {}",
         service.name(), take_openssl_reasons());
  }
}

}  // namespace

std::string request_timestamp(WebClient& client, const std::string& url, std::string_view stamped) {
  const Service service(client, "the time-stamp authority", url);
  const TimestampRequest request = request_for(stamped);
  WebAnswer answer = service.send({.url = service.at(""),
                                   .content_type = "application/timestamp-query",
                                   .accept = "application/timestamp-reply",
                                   .body = der_of(*request)});
  service.require_success(answer);
  require_answer_to(*request, answer.body, service);
  return std::move(answer.body);
}

}  // namespace lade::signing
