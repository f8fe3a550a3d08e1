#include "signing/gpg/sign.h"

#include <catch2/catch.hpp>

#include "signing/gpg/keyring.h"
#include "tests/signing/gpg/gpg_home.h"
#include "tests/support/expect_error.h"

namespace lade::signing {
namespace {

TEST_CASE("what is signed with a user's key verifies with its public half") {
  GpgHome home;
  home.make_key("signer@example.com");
  const std::string message =
      sign_with_gpg("payload", {.key = "signer@example.com", .home = home.path()});
  const GpgKeyring keys(std::vector{home.exported("signer@example.com")}, "/tmp");
  const VerifiedMessage good = keys.verify(message, "the signature");
  CHECK(good.payload == "payload");
  CHECK(good.primary_fingerprint == keys.fingerprints().front());
  CHECK(sign_with_gpg("payload", {.key = keys.fingerprints().front(), .home = home.path()}).size() >
        0);
}

TEST_CASE("a key with a passphrase signs if it is the right one") {
  GpgHome home;
  home.make_key("locked@example.com", "open sesame");
  const GpgSigner wrong{
      .key = "locked@example.com", .home = home.path(), .passphrase = Secret("open barley")};
  const std::string message = error_of(ErrorKind::denied, [&] { sign_with_gpg("x", wrong); });
  CHECK_THAT(message, Catch::Contains("does not sign with the key \"locked@example.com\"") &&
                          !Catch::Contains("barley"));
  const GpgSigner right{
      .key = "locked@example.com", .home = home.path(), .passphrase = Secret("open sesame")};
  const GpgKeyring keys(std::vector{home.exported("locked@example.com")}, "/tmp");
  CHECK(keys.verify(sign_with_gpg("x", right), "it").payload == "x");
}

TEST_CASE("a key that is not there, or meant twice, does not sign") {
  GpgHome home;
  home.make_key("Anne <anne@example.com>");
  home.make_key("Anna <anna@example.com>");
  const auto with = [&](const std::string& key) {
    sign_with_gpg("x", {.key = key, .home = home.path()});
  };
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { with("nobody@example.com"); }),
             Catch::Contains("no secret key \"nobody@example.com\""));
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { with("example.com"); }),
             Catch::Contains("several secret keys"));
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { with(""); }), Catch::Contains("is empty"));
}

}  // namespace
}  // namespace lade::signing
