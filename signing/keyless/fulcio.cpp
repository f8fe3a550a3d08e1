#include "signing/keyless/fulcio.h"

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/keyless/service.h"
#include "signing/sigstore/proto_json.h"

namespace lade::signing {
namespace {

constexpr std::size_t chain_limit = 10;
/// How Fulcio refuses tokens and proofs, too.
constexpr int status_bad_request = 400;

std::string_view algorithm_of(const PublicKey& key) {
  switch (key.kind()) {
    case KeyKind::ed25519:
      return "ED25519";
    case KeyKind::rsa:
      return "RSA_PSS";
    default:
      return "ECDSA";
  }
}

std::string request_body(const IdentityToken& token, Signer& key) {
  Json json = Json::object();
  json["credentials"] = {{"oidcIdentityToken", std::string(token.text.reveal())}};
  json["publicKeyRequest"] = {
      {"publicKey",
       {{"algorithm", algorithm_of(key.public_key())}, {"content", key.public_key().pem()}}},
      {"proofOfPossession", to_base64(key.sign(token.principal()))}};
  return to_compact(json);
}

std::vector<Certificate> chain_in(const Json& json, const std::string& what) {
  const Json* issued = find_object(json, "signedCertificateEmbeddedSct", what);
  if (issued == nullptr) issued = find_object(json, "signedCertificateDetachedSct", what);
  if (issued == nullptr) fail(ErrorKind::invalid, "{} holds no certificate", what);
  const Json* texts =
      find_bounded_array(get_object(*issued, "chain", what), "certificates", chain_limit, what);
  if (texts == nullptr || texts->empty()) {
    fail(ErrorKind::invalid, "{} has a chain of no certificates", what);
  }
  std::vector<Certificate> chain;
  for (const Json& text : *texts) {
    if (!text.is_string()) fail(ErrorKind::invalid, "{} has a certificate that is no text", what);
    chain.push_back(Certificate::parse_pem(text.get<std::string>(), what));
  }
  return chain;
}

std::vector<Certificate> read_chain(const Service& service, const WebAnswer& answer) {
  try {
    return chain_in(service.parse(answer), "the answer of " + service.name());
  } catch (const Error& error) {
    fail(ErrorKind::corrupt, "{}", error.message());
  }
}

}  // namespace

std::vector<Certificate> request_certificate(WebClient& client, const std::string& url,
                                             const IdentityToken& token, Signer& key) {
  const Service service(client, "Fulcio", url);
  service.require_private();
  WebRequest request{.url = service.at("/api/v2/signingCert"), .body = request_body(token, key)};
  WebAnswer answer = service.send(request);
  wipe(request.body);
  if (answer.status == status_bad_request) answer.failure = ErrorKind::denied;
  service.require_success(answer, token.text);
  std::vector<Certificate> chain = read_chain(service, answer);
  const Certificate& leaf = chain.front();
  if (!(leaf.public_key() == key.public_key())) {
    fail(ErrorKind::corrupt, "{} issued a certificate for another key: {}; wanted one for {}",
         service.name(), leaf.public_key().id().str(), key.public_key().id().str());
  }
  if (!leaf.is_for(CertificateUse::code_signing)) {
    fail(ErrorKind::corrupt, "{} issued the certificate {}, which is not one to sign with",
         service.name(), leaf.name());
  }
  return chain;
}

}  // namespace lade::signing
