#include "signing/keyless/fulcio.h"

#include <catch2/catch.hpp>

#include "tests/signing/keyless/fake_services.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

using Catch::Matchers::Contains;

constexpr const char* url = "https://fulcio.example/";

/// An authority that certifies the key of whoever asks.
struct Authority {
  chains::Made root = chains::issue(chains::authority("root"));
  PrivateKey key = PrivateKey::generate(KeyKind::ecdsa_p256);

  Certificate certify(const PrivateKey& whose, chains::Wishes wishes = {}) {
    wishes.key = whose;
    return chains::issue(wishes, &root).certificate;
  }
  std::string answer(const Certificate& leaf, const char* member = "signedCertificateEmbeddedSct") {
    return to_compact(
        {{member, {{"chain", {{"certificates", {leaf.pem(), root.certificate.pem()}}}}}}});
  }
  std::vector<Certificate> request(FakeClient& client) {
    return request_certificate(client, url, some_token(), key);
  }
};

TEST_CASE("a certificate is asked for with a token and a proof that the key is there") {
  Authority authority;
  FakeClient client([&](const WebRequest&) {
    return answered(authority.answer(authority.certify(authority.key)));
  });
  const std::vector<Certificate> chain = authority.request(client);
  REQUIRE(chain.size() == 2);
  CHECK(chain[0].public_key() == authority.key.public_key());
  CHECK(chain[1] == authority.root.certificate);
  REQUIRE(client.asked.size() == 1);
  CHECK(client.asked[0].url == "https://fulcio.example/api/v2/signingCert");
  const Json body = parse_json(client.asked[0].body, "request");
  CHECK(body["credentials"]["oidcIdentityToken"] == token_of());
  const Json& request = body["publicKeyRequest"];
  CHECK(request["publicKey"]["algorithm"] == "ECDSA");
  CHECK(request["publicKey"]["content"] == authority.key.public_key().pem());
  CHECK(authority.key.public_key().verifies(
      "https://example.com/workflow",
      *from_base64(request["proofOfPossession"].get<std::string>())));
}

TEST_CASE("a certificate whose promise is beside it is taken, too") {
  Authority authority;
  FakeClient client([&](const WebRequest&) {
    return answered(
        authority.answer(authority.certify(authority.key), "signedCertificateDetachedSct"));
  });
  CHECK(authority.request(client).size() == 2);
}

TEST_CASE("a certificate for another key, or not to sign with, is refused") {
  Authority authority;
  {
    const PrivateKey other = PrivateKey::generate(KeyKind::ecdsa_p256);
    FakeClient client(
        [&](const WebRequest&) { return answered(authority.answer(authority.certify(other))); });
    CHECK_THAT(error_of(ErrorKind::corrupt, [&] { authority.request(client); }),
               Contains("Fulcio at https://fulcio.example issued a certificate for another key"));
  }
  FakeClient client([&](const WebRequest&) {
    return answered(authority.answer(authority.certify(authority.key, chains::stamper())));
  });
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { authority.request(client); }),
             Contains("which is not one to sign with"));
}

TEST_CASE("an answer of Fulcio's that cannot be read is told of") {
  Authority authority;
  const std::string good = authority.answer(authority.certify(authority.key));
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "the answer of Fulcio at https://fulcio.example"},
      {good.substr(0, good.size() / 2), "the answer of Fulcio"},
      {"{}", "holds no certificate"},
      {"[]", "the answer of Fulcio"},
      {R"({"signedCertificateEmbeddedSct":{}})", "has no chain"},
      {R"({"signedCertificateEmbeddedSct":{"chain":{}}})", "a chain of no certificates"},
      {R"({"signedCertificateEmbeddedSct":{"chain":{"certificates":[1]}}})", "that is no text"},
      {R"({"signedCertificateEmbeddedSct":{"chain":{"certificates":["x"]}}})",
       "the answer of Fulcio"},
      {R"({"signedCertificateEmbeddedSct":{"chain":{"certificates":["","","","","","","","","","",""]}}})",
       "11 elements"},
  };
  for (const auto& row : rows) {
    INFO(row.first.substr(0, 100));
    FakeClient client([&](const WebRequest&) { return answered(row.first); });
    CHECK_THAT(error_of(ErrorKind::corrupt, [&] { authority.request(client); }),
               Contains(row.second));
  }
}

TEST_CASE("what Fulcio refuses is told with its reason, and without the token") {
  Authority authority;
  const std::string token = token_of();
  const std::string payload = token.substr(token.find('.') + 1);
  const std::vector<std::pair<WebAnswer, std::string>> rows = {
      {refused(400, ErrorKind::invalid, R"({"code":3,"message":"no such issuer"})"),
       "Fulcio at https://fulcio.example answered 400: no such issuer"},
      {refused(401, ErrorKind::denied, R"({"code":16,"message":"bad token"})"),
       "Fulcio at https://fulcio.example answered 401: bad token"},
      {refused(403, ErrorKind::denied, "not you: " + token), "answered 403: not you: …"},
      {refused(403, ErrorKind::denied, "not you: " + payload), "answered 403: not you: …"},
      {refused(403, ErrorKind::denied, "not you: " + payload.substr(3, 30) + "!"), "not you: …!"},
      {refused(403, ErrorKind::denied, "cut " + token + " off " + token.substr(0, 40)),
       "cut … off …"},
      {refused(403, ErrorKind::denied, "\x1b[31m" + std::string(5000, 'x')), "\\x1b[31mxxx"},
      {refused(403, ErrorKind::denied, ""), "answered 403"},
  };
  for (const auto& row : rows) {
    FakeClient client([&](const WebRequest&) { return row.first; });
    const std::string message = error_of(ErrorKind::denied, [&] { authority.request(client); });
    CHECK_THAT(message, Contains(row.second) && !Contains(payload.substr(3, 20)));
    CHECK(message.size() < 600);
  }
  FakeClient down([](const WebRequest&) -> WebAnswer {
    throw Error(ErrorKind::unavailable, "connection refused");
  });
  CHECK(error_of(ErrorKind::unavailable, [&] { authority.request(down); }) ==
        "asking Fulcio at https://fulcio.example: connection refused");
}

TEST_CASE("a redirect is not followed, and both URLs are named") {
  Authority authority;
  for (const int status : {301, 302, 303, 307, 308}) {
    FakeClient client([&](const WebRequest&) {
      return WebAnswer{.status = status, .location = "http://evil.example/api?x=1"};
    });
    CHECK_THAT(error_of(ErrorKind::denied, [&] { authority.request(client); }),
               Contains("https://fulcio.example/api/v2/signingCert redirects to "
                        "\"http://evil.example/api\""));
    CHECK(client.asked.size() == 1);
  }
}

TEST_CASE("Fulcio gets no token by plain http, but on this machine") {
  Authority authority;
  FakeClient client([&](const WebRequest&) {
    return answered(authority.answer(authority.certify(authority.key)));
  });
  error_of(ErrorKind::denied, [&] {
    request_certificate(client, "http://fulcio.example", some_token(), authority.key);
  });
  CHECK(client.asked.empty());
  for (const char* here : {"http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"}) {
    CHECK_NOTHROW(request_certificate(client, here, some_token(), authority.key));
  }
}

}  // namespace
}  // namespace lade::signing
