#include "signing/keys/token_uri.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::signing;

TEST_CASE("every attribute of a pkcs11 URI is read, in any order") {
  const TokenUri uri = TokenUri::parse(
      "pkcs11:id=%01%ff;object=my%20key;token=The%20Token;serial=DECAFBAD;model=m;slot-id=42;"
      "manufacturer=Snake%20Oil;type=private?pin-value=12%2634&module-path=/usr/lib/m.so");
  CHECK(uri.id == "\x01\xff");
  CHECK(uri.object == "my key");
  CHECK(uri.token == "The Token");
  CHECK(uri.serial == "DECAFBAD");
  CHECK(uri.model == "m");
  CHECK(uri.manufacturer == "Snake Oil");
  CHECK(uri.slot_id == 42UL);
  CHECK(uri.pin.value() == Secret("12&34"));
  CHECK(uri.module_path == "/usr/lib/m.so");
  CHECK_FALSE(uri.pin_source);
  CHECK(TokenUri::parse("pkcs11:object=k?pin-source=/run/pin").pin_source == "/run/pin");
}

TEST_CASE("what is not named is not looked at") {
  const TokenUri uri = TokenUri::parse("pkcs11:object=k");
  CHECK_FALSE((uri.token || uri.id || uri.serial || uri.slot_id || uri.pin || uri.module_path));
}

TEST_CASE("a URI is shown without its PIN") {
  CHECK(TokenUri::parse("pkcs11:token=a%20b;id=%01?pin-value=1234&module-path=/m.so").str() ==
        "pkcs11:token=a%20b;id=%01");
}

TEST_CASE("bad pkcs11 URIs are invalid, say why, and keep the PIN to themselves") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"pkcs12:object=k", "a token's URI begins with pkcs11:"},
      {"pkcs11:token=t", "pkcs11:token=t names no key: it needs object= or id="},
      {"pkcs11:", "pkcs11: names no key: it needs object= or id="},
      {"pkcs11:object", "a pkcs11: URI has an attribute without a value"},
      {"pkcs11:object=a;object=b", "a pkcs11: URI has \"object\" twice"},
      {"pkcs11:object=%4", "a pkcs11: URI has a bad %-escape in \"object\""},
      {"pkcs11:object=%zz", "a pkcs11: URI has a bad %-escape in \"object\""},
      {"pkcs11:object=k;slot-id=one", "slot-id must be a number, got \"one\""},
      {"pkcs11:object=k;slot-id=-1", "slot-id must be a number, got \"-1\""},
      {"pkcs11:object=k?module-path=m.so", "module-path must be a full path, got \"m.so\""},
      {"pkcs11:object=k?pin-value=123%4", "a pkcs11: URI has a bad %-escape in \"pin-value\""},
      {"pkcs11:object=k?pin-value=1234&pin-value=1234", "a pkcs11: URI has \"pin-value\" twice"},
      {"pkcs11:object=" + std::string(5000, 'k'), "a pkcs11: URI of 5014 bytes is too long"}};
  for (const auto& row : table) {
    CAPTURE(row.first);
    const std::string message = error_of(ErrorKind::invalid, [&] { TokenUri::parse(row.first); });
    CHECK(message == row.second);
    CHECK(message.find("123") == std::string::npos);
  }
}

TEST_CASE("attributes that Lade cannot heed are refused") {
  CHECK(error_of(ErrorKind::unsupported, [] {
          TokenUri::parse("pkcs11:object=k;library-version=3");
        }) == "Lade does not know what \"library-version\" in a pkcs11: URI asks for");
  error_of(ErrorKind::unsupported, [] { TokenUri::parse("pkcs11:object=k?module-name=p11-kit"); });
  // a query's attribute in the path
  error_of(ErrorKind::unsupported, [] { TokenUri::parse("pkcs11:object=k;pin-value=1"); });
  CHECK(error_of(ErrorKind::unsupported, [] { TokenUri::parse("pkcs11:object=k;type=cert"); }) ==
        "a pkcs11: URI names an object of the type \"cert\"; wanted a key");
}
