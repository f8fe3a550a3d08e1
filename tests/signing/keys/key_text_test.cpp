#include "signing/keys/key_text.h"

#include <catch2/catch.hpp>

#include "tests/signing/keys/key_data.h"
#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::signing;

TEST_CASE("a public key is found in whatever holds one") {
  const PublicKey wanted = PublicKey::parse_pem(key_data("ec-P-256.pub"), "wanted");
  const auto found = [](const std::string& name) {
    return find_public_key(key_data(name), name, right_passphrase);
  };
  for (const auto& [name, source] :
       {std::pair<std::string, std::string>{"ec-P-256.pub", "public key"},
        {"ec-P-256.crt", "certificate"},
        {"ec-P-256.pkcs8", "private key"},
        {"ec-P-256.sec1", "private key"},
        {"ec-P-256.pbkdf2", "private key"}}) {
    CAPTURE(name);
    const FoundKey key = found(name);
    CHECK(key.key == wanted);
    CHECK(to_string(key.source) == source);
  }
  CHECK(found("rsa-2048.public-pkcs1").key.description() == "RSA 2048");
}

TEST_CASE("a text without a key is refused as what it is") {
  const auto refused = [](const std::string& text) {
    return error_of(ErrorKind::invalid, [&] { find_public_key(text, "x", {}); });
  };
  CHECK(refused("no key") == "x holds no key: there is no PEM block in it");
  CHECK(refused("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")
            .starts_with("x is no certificate: "));
  CHECK(refused("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n") ==
        "x holds a block CERTIFICATE REQUEST; wanted a private key");
  const std::string message = error_of(ErrorKind::denied, [] {
    find_public_key(key_data("ec-P-256.pbkdf2"), "x", wrong_passphrase);
  });
  CHECK(message.starts_with("the passphrase does not open x"));
}
