#include "signing/keys/token_key.h"

#include <fcntl.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libimage/base/child.h"
#include "libimage/base/fd.h"
#include "libimage/base/temp_dir.h"
#include "tests/signing/keys/key_data.h"
#include "tests/support/expect_error.h"

using namespace lade;
using namespace lade::signing;

namespace {

using Form = SignatureScheme::Form;

Secret right_pin() { return Secret("1234"); }

/// A token of SoftHSM with the keys that openssl made, in a directory of its own.
class SoftToken {
 public:
  SoftToken() {
    if (!find_program("softhsm2-util") || module().empty()) return;
    write_file_atomic(directory_.path() + "/conf",
                      fmt::format("directories.tokendir = {}\n", directory_.path()));
    ::setenv("SOFTHSM2_CONF", (directory_.path() + "/conf").c_str(), 1);
    util({"--init-token", "--free", "--label", "lade test", "--so-pin", "0000", "--pin", "1234"});
    import("ec-P-256", "ec", "01");
    import("ec-P-384", "ec384", "02");
    import("rsa-2048", "rsa", "03");
    there_ = true;
  }

  static std::string module() {
    for (const char* path :
         {"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
          "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"}) {
      if (file_exists(path)) return path;
    }
    return {};
  }

  explicit operator bool() const {
    if (!there_) WARN("skipped: softhsm2 is missing");
    return there_;
  }

  void import(const std::string& key, const std::string& label, const std::string& id) {
    util({"--import", "tests/data/keys/" + key + ".pkcs8", "--token", "lade test", "--label", label,
          "--id", id, "--pin", "1234"});
  }

 private:
  static void util(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "softhsm2-util");
    const Fd nowhere = open_fd("/dev/null", O_WRONLY);
    ChildOptions options;
    options.argv = std::move(arguments);
    options.stdout_fd = nowhere.get();
    REQUIRE(Child(options).wait().code == 0);
  }

  TempDir directory_{"/tmp", "lade-softhsm"};
  bool there_ = false;
};

TokenKey opened(const std::string& uri, const PassphraseSource& pin = right_pin) {
  return TokenKey::open(TokenUri::parse(uri), SoftToken::module(), pin);
}

PublicKey peer_of(const std::string& name) {
  return PublicKey::parse_pem(key_data(name + ".pub"), name);
}

}  // namespace

TEST_CASE("keys of a token sign, ECDSA and RSA, in every scheme") {
  const SoftToken token;
  if (!token) return;
  for (const auto& [uri, name] :
       {std::pair<std::string, std::string>{"pkcs11:token=lade%20test;object=ec", "ec-P-256"},
        {"pkcs11:id=%02", "ec-P-384"},
        {"pkcs11:object=rsa;id=%03;type=private", "rsa-2048"}}) {
    CAPTURE(uri);
    TokenKey key = opened(uri);
    const PublicKey peer = peer_of(name);
    CHECK(key.public_key() == peer);
    CHECK(peer.verifies("message", key.sign("message")));
    for (const MessageHash hash : {MessageHash::sha256, MessageHash::sha384, MessageHash::sha512}) {
      const SignatureScheme scheme{.hash = hash};
      CHECK(peer.verifies("message", key.sign("message", scheme), scheme));
      CHECK_FALSE(peer.verifies("massage", key.sign("message", scheme), scheme));
    }
    const SignatureScheme pss{.form = Form::pss};
    if (peer.kind() == KeyKind::rsa) {
      CHECK(peer.verifies("message", key.sign("message", pss), pss));
    } else {
      error_of(ErrorKind::invalid, [&] { key.sign("message", pss); });
    }
  }
}

TEST_CASE("a token's key is still there after many signatures and when moved") {
  const SoftToken token;
  if (!token) return;
  TokenKey first = opened("pkcs11:object=ec");
  TokenKey key = std::move(first);
  for (int i = 0; i < 20; ++i) CHECK(peer_of("ec-P-256").verifies("x", key.sign("x")));
}

TEST_CASE("the URI's own PIN and module come first") {
  const SoftToken token;
  if (!token) return;
  const auto never = []() -> Secret {
    FAIL_CHECK("the PIN was asked for");
    return {};
  };
  const TokenUri uri = TokenUri::parse(
      fmt::format("pkcs11:object=ec?pin-value=1234&module-path={}", SoftToken::module()));
  CHECK(TokenKey::open(uri, "/no/module.so", never).public_key() == peer_of("ec-P-256"));
}

TEST_CASE("a PIN that is wrong or lacks is told, and is in no message") {
  const SoftToken token;
  if (!token) return;
  const std::string message = error_of(
      ErrorKind::denied, [] { opened("pkcs11:object=ec", [] { return Secret("4321"); }); });
  CHECK(message.starts_with("the token of pkcs11:object=ec does not accept the PIN: "));
  CHECK(message.find("4321") == std::string::npos);
  CHECK(error_of(ErrorKind::invalid, [] { opened("pkcs11:object=ec", {}); }) ==
        "the token of pkcs11:object=ec wants a PIN, and there is none");
}

TEST_CASE("tokens and keys that are not there, or there twice, are told apart") {
  SoftToken token;
  if (!token) return;
  CHECK(error_of(ErrorKind::not_found, [] { opened("pkcs11:token=other;object=ec"); }) ==
        "pkcs11:token=other;object=ec names none of the 1 tokens there");
  CHECK(error_of(ErrorKind::not_found, [] { opened("pkcs11:object=other"); }) ==
        "pkcs11:object=other names none of the 3 keys there");
  CHECK(error_of(ErrorKind::not_found, [] { opened("pkcs11:object=ec;id=%02"); }) ==
        "pkcs11:object=ec;id=%02 names none of the 3 keys there");
  error_of(ErrorKind::not_found, [] { opened("pkcs11:object=ec;serial=0"); });
  error_of(ErrorKind::not_found, [] { opened("pkcs11:object=ec;slot-id=77"); });
  token.import("ec-P-521", "ec", "04");
  CHECK(error_of(ErrorKind::conflict, [] { opened("pkcs11:object=ec"); }) ==
        "pkcs11:object=ec names 2 keys; more of its attributes would tell which");
  CHECK(opened("pkcs11:object=ec;id=%04").public_key() == peer_of("ec-P-521"));
}

TEST_CASE("a module that is not there, or is none, is told") {
  const TokenUri uri = TokenUri::parse("pkcs11:object=ec");
  CHECK(error_of(ErrorKind::invalid, [&] { TokenKey::open(uri, "", right_pin); }) ==
        "pkcs11:object=ec needs a module: give it module-path");
  CHECK(error_of(ErrorKind::not_found, [&] { TokenKey::open(uri, "/no/m.so", right_pin); }) ==
        "there is no PKCS#11 module /no/m.so");
  CHECK(error_of(ErrorKind::unavailable, [&] {
          TokenKey::open(uri, "/etc/passwd", right_pin);
        }).starts_with("the PKCS#11 module /etc/passwd does not load: "));
}
